"""A copy of all that is held on a person, as readable text and as JSON."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

MY_DATA = "mydata"
"""Kind of the timers whose payload is a MyDataJob."""


class MyDataJob(BaseModel):
    """Who asked, and where the files go."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: int
    person: int
    asked_at: AwareDatetime
