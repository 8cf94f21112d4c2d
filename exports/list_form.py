"""The forms of the plain lists as data: titles, columns and widths, read from `exports/data/lists.toml`."""

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict


class CellKind(StrEnum):
    """How a column's cells are written."""

    TEXT = "text"
    CENTRED = "centred"
    PHONE = "phone"
    LINES = "lines"


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ListColumn(_Data):
    """One column; `id` is the member of a row that stands in it."""

    id: str
    header: str
    width: float
    kind: CellKind


class ListForm(_Data):
    """One kind of list; `facts` are the labels of the lines between title and table."""

    sheet: str
    title: str
    facts: tuple[str, ...]
    columns: tuple[ListColumn, ...]
    unset: str = ""


class ListInfoForm(_Data):
    """The last sheet, 导出信息, and what all lists share."""

    sheet: str
    title: str
    widths: tuple[float, ...]
    asked_at: str
    asked_by: str
    filter: str
    rows: str
    digest: str
    nothing: str
    number: str
    footer: str


class ListForms(_Data):
    """All of them."""

    info: ListInfoForm
    not_reached: ListForm
    attendance: ListForm
    society: ListForm
    partner: ListForm


@cache
def list_forms() -> ListForms:
    """The forms of `exports/data/lists.toml`."""
    return ListForms.model_validate(tomllib.loads(files("exports").joinpath("data/lists.toml").read_text("utf8")))
