"""出席名单: who answered what to a briefing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from domain.audience import Attendance, value_text
from domain.briefing import Briefing
from domain.vocabulary import Language
from exports.annex3_info import BEIJING, ExportInfo
from exports.list_form import list_forms
from exports.list_workbook import ListSheet, list_workbook


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitee:
    """One person who was called. `phone` is E.164, `country` as printed, `answered_at` aware where they answered."""

    name: str
    phone: str
    unit: str
    country: str
    answer: Attendance = Attendance.NO_ANSWER
    answered_at: datetime | None = None


def attendance_workbook(briefing: Briefing, people: Iterable[Invitee], *, info: ExportInfo) -> bytes:
    """The attendance list of a briefing, those who come first, then by unit and name; with a column to sign in."""
    form = list_forms().attendance
    order = {answer: at for at, answer in enumerate(Attendance)}
    listed = sorted(people, key=lambda each: (order[each.answer], each.unit, each.name))
    counts = [sum(each.answer is answer for each in listed) for answer in Attendance]
    where = "，".join(part for part in (briefing.place, briefing.join_link) if part)
    sheet = ListSheet(
        name=form.sheet,
        title=form.title,
        form=form,
        facts=(briefing.title, _moment(briefing.starts_at), where, *counts),
        rows=tuple(_row(each) for each in listed),
    )
    return list_workbook([sheet], info=info)


def _row(person: Invitee) -> tuple[str, ...]:
    answer = value_text("attendance", person.answer, Language.ZH)
    answered_at = _moment(person.answered_at) if person.answered_at else ""
    return person.name, person.phone, person.unit, person.country, answer, answered_at, ""


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
