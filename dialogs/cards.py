"""Cards: what the bot wants shown, as data; each channel draws them its own way."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Model(BaseModel):
    """What all parts of a card share: immutable, no unknown member."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Line(Model):
    """One paragraph: a key of the catalogue and the values of its placeholders (a Line is put in as text)."""

    key: str
    args: dict[str, "Arg"] = {}


Arg = Annotated[str | int | float | Line, Field(union_mode="left_to_right")]
Line.model_rebuild()


class Input(StrEnum):
    """How an answer is best entered; channels map it to keyboards and fields."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    PHONE = "phone"
    NUMBER = "number"
    DATE = "date"
    FILE = "file"
    CHOICE = "choice"


class Choice(Model):
    """One thing to tap; `words` are further ways to type it. A `url` opens a page instead of answering."""

    id: str
    label: Line
    words: tuple[str, ...] = ()
    url: str = ""
    minor: bool = False
    """Navigation (back, skip, browse) rather than an answer: drawn smaller, after the others."""


class Progress(Model):
    """How far: question `at` of `of`."""

    at: int
    of: int


class Document(Model):
    """A stored file to send along, by its reference, with the name the person sees."""

    reference: str
    name: str
    media_type: str


class Card(Model):
    """One message of the bot. `subject` and `opening` bind its choices to a question as it was opened."""

    lines: tuple[Line, ...]
    choices: tuple[Choice, ...] = ()
    subject: str = ""
    opening: int = 0
    progress: Progress | None = None
    input: Input = Input.TEXT
    ask_contact: bool = False
    """Offer the platform's share-my-number button where there is one."""
    limit: int = 0
    """Characters (white space not counted) that the answer may have; 0: no particular limit."""
    document: Document | None = None

    @property
    def numbered(self) -> bool:
        """Whether a typed number chooses (`1` is the first choice); where figures are the answer, it does not."""
        if self.input in (Input.NUMBER, Input.DATE, Input.PHONE, Input.LONG_TEXT):
            return any(not each.minor for each in self.choices)
        return bool(self.choices)
