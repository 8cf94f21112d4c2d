"""The records that the product is about: enterprise, project, candidate, application (domain.md, «Terms»)."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.vocabulary import Degree, Level, Posting, ProjectStatus, ProjectType

STATEMENT_LIMIT = 300
"""Characters of a practice statement, white space not counted (附件3: 300字以内主要工程实践经历)."""

Name = Annotated[str, Field(min_length=1, max_length=200)]
Headcount = Annotated[int, Field(ge=0, le=1_000_000)]


def statement_length(text: str) -> int:
    """How many characters count towards STATEMENT_LIMIT: code points that are not white space."""
    return sum(not character.isspace() for character in text)


class Record(BaseModel):
    """What all records share: immutable, no unknown member."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Enterprise(Record):
    """企业, with the contact who stands in its cell of Annex 3.

    `contact_phone` is E.164; several numbers stand one after the other, joined by `、`. A number that no numbering
    plan knows stands as it was written.
    """

    name: Name
    contact_name: str = ""
    contact_phone: str = ""


class OverseasProject(Record):
    """境外重点项目; `country` is the Chinese name as it is printed, headcounts are persons.

    `name` is empty while only the country is known: 附件3 asks planned postings for both 如有 (if there is one).
    """

    name: Annotated[str, Field(max_length=200)] = ""
    country: str = ""
    type: ProjectType | None = None
    status: ProjectStatus | None = None
    chinese_engineers: Headcount | None = None
    foreign_engineers: Headcount | None = None
    qualified_engineers: Headcount | None = None

    @model_validator(mode="after")
    def _qualified_are_among_the_chinese(self) -> "OverseasProject":
        if (
            self.chinese_engineers is not None
            and self.qualified_engineers is not None
            and self.qualified_engineers > self.chinese_engineers
        ):
            raise ValueError("满足条件数 cannot be above 中方在外工程师人数")
        return self


class Candidate(Record):
    """推荐人员; `phone` is E.164, years are years (7.5 = seven and a half) counted on the day they were given."""

    name: Name
    phone: str = ""
    degree: Degree | None = None
    major: str = ""
    degree_related: bool | None = None
    related_years: Annotated[float, Field(ge=0, le=80)] | None = None
    important_years: Annotated[float, Field(ge=0, le=80)] | None = None
    field: str = ""
    specialty: str = ""
    present_location: str = ""
    statement: str = ""


class Application(Record):
    """申请: one candidate in one campaign, at a level, for a posting."""

    campaign: str
    candidate: Candidate
    level: Level | None = None
    posting: Posting | None = None
    unit: str = ""
    enterprise: Enterprise | None = None
    project: OverseasProject | None = None
    confirmed_by_candidate: bool = True
    submitted_at: AwareDatetime | None = None
