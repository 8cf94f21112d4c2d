"""年度通知 (Campaign): one year's notice as data; next year's notice is a new file in `domain/data`."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.annex1 import annex1
from domain.application import ApplicationStatus
from domain.datafiles import parse_data
from domain.errors import DataFileError
from domain.months import add_months
from domain.vocabulary import Degree, Language, Level

Words = Annotated[str, Field(min_length=1)]
Years = Annotated[Decimal, Field(gt=0, le=80)]


class CampaignData(BaseModel):
    """What all parts of a campaign share: immutable, no unknown member."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(CampaignData):
    """The same words in both languages."""

    zh: Words
    en: Words

    def __getitem__(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en


class Organisations(CampaignData):
    """Who is behind the notice."""

    association: Bilingual
    secretariat: Bilingual
    federation: Bilingual
    cast: Bilingual


class Thresholds(CampaignData):
    """Least number of years for a level, inclusive; important years are part of the related ones."""

    related_years: Years
    important_years: Years

    @model_validator(mode="after")
    def _important_years_are_part_of_the_related(self) -> "Thresholds":
        if self.important_years > self.related_years:
            raise ValueError("important_years cannot be above related_years")
        return self


class Conditions(CampaignData):
    """一、推荐人员条件."""

    minimum_degree: Degree
    planned_posting_years: Annotated[int, Field(gt=0)]
    professional: Thresholds
    senior: Thresholds

    def __getitem__(self, level: Level) -> Thresholds:
        return self.senior if level is Level.SENIOR else self.professional


class Deadline(CampaignData):
    """Last day on which recommendations count as in time, and whether later ones are welcome all the same."""

    on: date
    time_zone: Words
    later_welcome: bool


class Contact(CampaignData):
    """四、联系方式, with the pattern of the subject that a unit's mail must carry."""

    person: Words
    phone: Words
    mailbox: Words
    subject_pattern: Words


class Evaluation(CampaignData):
    """How long the evaluation may take as a whole, in months."""

    months_at_most: Annotated[int, Field(gt=0)]


class Step(CampaignData):
    """One step of the whole path; `statuses` are those of an application that stands at this step."""

    id: Words
    statuses: tuple[ApplicationStatus, ...]
    title: Bilingual
    text: Bilingual


class PartnerBody(CampaignData):
    """境外工程组织 that recognises the members; `country` is ISO 3166 alpha-2."""

    id: Words
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    name: Bilingual


class CertificateUse(CampaignData):
    """One of the things that the certificate is good for (护照, 名片, 标尺)."""

    id: Words
    title: Bilingual
    text: Bilingual


class Website(CampaignData):
    """A page that the notice points to."""

    name: Bilingual
    url: Annotated[str, Field(pattern=r"^https?://")]


class Campaign(CampaignData):
    """One year's notice. `societies` has every field of Annex 1; an empty name means 未设置."""

    id: Words
    year: Annotated[int, Field(ge=2025, le=2999)]
    document_number: Words
    opens_on: date
    ends_on: date
    retention_months: Annotated[int, Field(gt=0)]
    title: Bilingual
    organisations: Organisations
    conditions: Conditions
    deadline: Deadline
    contact: Contact
    evaluation: Evaluation
    steps: tuple[Step, ...]
    partners: tuple[PartnerBody, ...]
    certificate_uses: tuple[CertificateUse, ...]
    websites: tuple[Website, ...]
    societies: dict[str, str]

    @model_validator(mode="after")
    def _societies_cover_annex1(self) -> "Campaign":
        printed = {field.name for field in annex1().fields}
        if set(self.societies) != printed:
            raise ValueError(f"societies must name every field of Annex 1: check {set(self.societies) ^ printed}")
        return self

    @property
    def data_kept_until(self) -> date:
        """The day after which personal data of this campaign is to be deleted."""
        return add_months(self.ends_on, self.retention_months)

    def days_left(self, now: datetime) -> int:
        """Calendar days to the deadline where the secretariat is: 0 on the last day, negative afterwards.

        Raises ValueError where `now` has no time zone.
        """
        if now.tzinfo is None:
            raise ValueError("now must be aware: a day begins at different moments in different places")
        return (self.deadline.on - now.astimezone(ZoneInfo(self.deadline.time_zone)).date()).days

    def subject(self, unit: str) -> str:
        """The subject of the mail by which a unit hands in its Annex 3: 评价(2025)+推荐单位."""
        # One line and no more: a unit's name must not be able to add headers to the mail.
        return self.contact.subject_pattern.format(year=self.year, unit=" ".join(unit.split()))

    def society(self, field: str) -> str | None:
        """The 全国学会 that evaluates the candidates of a field (printed name); None where 未设置."""
        return self.societies.get(field) or None

    def step_of(self, status: ApplicationStatus) -> Step | None:
        """The step at which an application of this status stands; None where the path has ended before its goal."""
        return next((step for step in self.steps if status in step.statuses), None)


def parse_campaign(text: str, source: str) -> Campaign:
    """A campaign from the text of a data file; raises DataFileError that names `source` and what is wrong."""
    return parse_data(Campaign, text, source)


def load_campaigns(folder: Traversable) -> tuple[Campaign, ...]:
    """Every campaign_*.toml of a folder, the oldest campaign first; raises DataFileError where one is at fault."""
    found = [
        parse_campaign(entry.read_text("utf8"), entry.name)
        for entry in folder.iterdir()
        if entry.name.startswith("campaign_") and entry.name.endswith(".toml")
    ]
    if not found:
        raise DataFileError(f"{folder} holds no campaign_*.toml")
    if len({each.id for each in found}) != len(found):
        raise DataFileError(f"two campaign_*.toml in {folder} have the same id")
    return tuple(sorted(found, key=lambda each: each.opens_on))


@cache
def campaigns() -> tuple[Campaign, ...]:
    """Every campaign that ships with the product, the oldest first."""
    return load_campaigns(files("domain").joinpath("data"))


def campaign(id_: str) -> Campaign:
    """The campaign with this id ("2025"); raises DataFileError where there is none."""
    for each in campaigns():
        if each.id == id_:
            return each
    raise DataFileError(f"there is no campaign {id_!r}; known: {', '.join(each.id for each in campaigns())}")


def current_campaign(on: date) -> Campaign:
    """The newest campaign that has opened by `on`.

    It stays current until the next one opens, since later recommendations are welcome; before the first one opens
    the first one's conditions are the only ones known.
    """
    opened = [each for each in campaigns() if each.opens_on <= on]
    return opened[-1] if opened else campaigns()[0]
