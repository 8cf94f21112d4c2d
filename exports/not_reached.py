"""未送达名单: whom a broadcast did not reach, with phone numbers, for calling by hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.broadcast import NOT_REACHED, DeliveryState, Report, broadcast_rules
from domain.vocabulary import Language
from exports.annex3_info import ExportInfo
from exports.list_form import list_forms
from exports.list_workbook import ListSheet, list_workbook


@dataclass(frozen=True, slots=True, kw_only=True)
class NotReached:
    """One recipient. `phone` is E.164, `country` as printed; `detail` says more than the state's own reason does."""

    name: str
    phone: str
    unit: str
    country: str
    state: DeliveryState
    detail: str = ""


def not_reached_workbook(
    people: Iterable[NotReached], *, text: str, audience: str, report: Report, info: ExportInfo
) -> bytes:
    """The workbook of those who are to be called, by state, unit and name; `text` and `audience` stand above the list.

    Whoever was reached, or still may be, is left out.
    """
    form = list_forms().not_reached
    order: dict[DeliveryState, int] = {state: at for at, state in enumerate(NOT_REACHED)}
    kept = sorted(
        (each for each in people if each.state in order), key=lambda each: (order[each.state], each.unit, each.name)
    )
    rows = tuple((each.name, each.phone, each.unit, each.country, *_why(each), "") for each in kept)
    facts = (text, audience, report.audience, report.not_reached)
    sheet = ListSheet(name=form.sheet, title=form.title, form=form, facts=facts, rows=rows)
    return list_workbook([sheet], info=info)


def _why(person: NotReached) -> tuple[str, str]:
    traits = next(each for each in broadcast_rules().deliveries if each.id is person.state)
    reason = traits.reason[Language.ZH] if traits.reason else ""
    return traits[Language.ZH], f"{reason}（{person.detail}）" if person.detail else reason
