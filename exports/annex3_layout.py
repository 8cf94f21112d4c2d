"""The form of Annex 3 as data: titles, headers and widths, read from `exports/data/annex3.toml`."""

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from domain.vocabulary import Level, Posting


class Column(StrEnum):
    """A column of Annex 3, of either table."""

    NUMBER = "number"
    ENTERPRISE = "enterprise"
    PROJECT = "project"
    COUNTRY = "country"
    TYPE = "type"
    STATUS = "status"
    CHINESE_ENGINEERS = "chinese_engineers"
    FOREIGN_ENGINEERS = "foreign_engineers"
    QUALIFIED_ENGINEERS = "qualified_engineers"
    NAME = "name"
    PHONE = "phone"
    FIELD = "field"
    PRESENT_LOCATION = "present_location"
    LEVEL = "level"
    STATEMENT = "statement"


PERSON_COLUMNS = (
    Column.NAME,
    Column.PHONE,
    Column.FIELD,
    Column.PRESENT_LOCATION,
    Column.LEVEL,
    Column.STATEMENT,
)
"""拟互认人员信息: the six columns under the spanning header, in the form's order."""


class Gap(StrEnum):
    """Something that a row of Annex 3 still lacks; most are a column, the enterprise's cell has three parts."""

    ENTERPRISE = "enterprise"
    ENTERPRISE_CONTACT = "enterprise_contact"
    ENTERPRISE_PHONE = "enterprise_phone"
    PROJECT = "project"
    COUNTRY = "country"
    TYPE = "type"
    STATUS = "status"
    CHINESE_ENGINEERS = "chinese_engineers"
    FOREIGN_ENGINEERS = "foreign_engineers"
    QUALIFIED_ENGINEERS = "qualified_engineers"
    NAME = "name"
    PHONE = "phone"
    FIELD = "field"
    PRESENT_LOCATION = "present_location"
    LEVEL = "level"
    STATEMENT = "statement"
    POSTING = "posting"

    @property
    def column(self) -> Column | None:
        """The column whose cell is to be filled; None where no cell stands for it."""
        if self in (Gap.ENTERPRISE_CONTACT, Gap.ENTERPRISE_PHONE):
            return Column.ENTERPRISE
        return None if self is Gap.POSTING else Column(self.value)


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ColumnForm(_Data):
    """One column: what stands in its header, how wide it is (Excel's column width)."""

    id: Column
    header: str
    width: float


class TableForm(_Data):
    """One of Annex 3's tables; `columns` are those left of the spanning header."""

    sheet: str
    title: str
    spanning: str
    note: str
    columns: tuple[ColumnForm, ...]


class PersonForm(_Data):
    """The columns under the spanning header, the same in all tables."""

    columns: tuple[ColumnForm, ...]


class ValidationForm(_Data):
    """What a spreadsheet says when something outside the list is typed."""

    title: str
    message: str


class IncompleteForm(_Data):
    """The sheet 待补."""

    sheet: str
    title: str
    headers: tuple[str, ...]
    widths: tuple[float, ...]
    gaps: dict[Gap, str]


class InfoForm(_Data):
    """The last sheet, 导出信息: its labels."""

    sheet: str
    title: str
    widths: tuple[float, ...]
    asked_at: str
    asked_by: str
    filter: str
    unit: str
    rows: str
    digest: str
    listed_incomplete: str
    left_out: str
    withdrawn: str
    not_eligible: str
    awaiting: str
    awaiting_headers: tuple[str, ...]
    left_out_headers: tuple[str, ...]
    too_tall: str
    too_tall_headers: tuple[str, ...]
    units_headers: tuple[str, ...]
    no_one: str
    all_units: str
    no_unit: str


class Annex3Form(_Data):
    """The whole form."""

    heading: str
    unit_line: str
    corner: str
    footer: str
    dispatched: TableForm
    planned: TableForm
    none: TableForm
    person: PersonForm
    levels: dict[Level, str]
    validation: ValidationForm
    incomplete: IncompleteForm
    info: InfoForm

    def table(self, posting: Posting) -> TableForm:
        """The table that rows of this posting belong to."""
        return {Posting.DISPATCHED: self.dispatched, Posting.PLANNED: self.planned, Posting.NONE: self.none}[posting]

    def columns(self, posting: Posting) -> tuple[ColumnForm, ...]:
        """All columns of a table, from left to right."""
        return (*self.table(posting).columns, *self.person.columns)


@cache
def annex3_form() -> Annex3Form:
    """Annex 3 of the 2025 notice."""
    return Annex3Form.model_validate(tomllib.loads(files("exports").joinpath("data/annex3.toml").read_text("utf8")))
