"""`assess` over JSON lines: what `hurentong assess --jsonl` reads and writes."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictBool, StrictStr, ValidationError

from domain.campaign import Campaign
from domain.eligibility import Assessment, Facts, Verdict, Years, assess
from domain.vocabulary import Degree, Posting


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One line of output, without its line end; `failed` where the line of input was a bad one."""

    text: str
    failed: bool


def _a_number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("must be a number")
    return value


class _Line(BaseModel):
    """One line of input. Members the contract does not name are ignored; `field` null means outside the 12 fields."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    field: StrictStr | None
    degree: Degree
    degree_related: StrictBool
    years: Annotated[Years, BeforeValidator(_a_number)]
    important_years: Annotated[Years, BeforeValidator(_a_number)]
    posting: Posting

    def facts(self) -> Facts:
        members = self.model_dump() | {"field": (self.field or "").strip()}
        return Facts.model_validate(members)


class _BadLineError(ValueError):
    """A line that is not a JSON object with an id."""


def assess_lines(lines: Iterable[str], on: date, campaign: Campaign) -> Iterator[AnswerLine]:
    """Judge one person a line; a bad line gives `{"id", "error"}` and `failed`. Empty lines are passed over.

    A caller ends with status 1 where any line failed.
    """
    return (_answer(line, on, campaign) for line in lines if line.strip())


def _answer(line: str, on: date, campaign: Campaign) -> AnswerLine:
    id_: object = None
    try:
        members = _parse(line)
        id_ = members.get("id")
        if isinstance(id_, bool) or not isinstance(id_, str | int):
            id_ = None
            raise _BadLineError("id: must be a text or a whole number")
        assessment = assess(_Line.model_validate(members).facts(), on, campaign)
    except ValidationError as error:
        return AnswerLine(_dump({"id": id_, "error": _explain(error)}), failed=True)
    except _BadLineError as error:
        return AnswerLine(_dump({"id": id_, "error": str(error)}), failed=True)
    return AnswerLine(_dump({"id": id_} | _members(assessment)), failed=False)


def _parse(line: str) -> dict[str, object]:
    try:
        members = json.loads(line, parse_float=Decimal, parse_constant=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise _BadLineError(f"not JSON: {error}") from error
    if not isinstance(members, dict):
        raise _BadLineError("not a JSON object")
    return members


def _explain(error: ValidationError) -> str:
    """Every fault of the line in one sentence: which member, and what is wrong with it."""
    faults = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        ": ".join([*(str(part) for part in fault["loc"]), fault["msg"].removeprefix("Value error, ")])
        for fault in faults
    )


def _members(assessment: Assessment) -> dict[str, object]:
    return {
        "professional": _verdict(assessment.professional),
        "senior": _verdict(assessment.senior),
        "recommended": assessment.recommended,
    }


def _verdict(verdict: Verdict) -> dict[str, object]:
    on = verdict.eligible_on
    return {"eligible": verdict.eligible, "unmet": list(verdict.unmet), "eligible_on": on and on.isoformat()}


def _dump(members: dict[str, object]) -> str:
    # ASCII only: an id may hold a lone surrogate, which no output stream would take as it is.
    return json.dumps(members)
