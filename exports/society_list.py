"""Lists by who is to evaluate or to recognise: one sheet for each national society, one for each partner body."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.application import ApplicationStatus, status_traits
from domain.campaign import Campaign, PartnerBody
from domain.countries import country
from domain.errors import HurentongError
from domain.vocabulary import Language, Level
from exports.annex3_info import ExportInfo
from exports.annex3_layout import annex3_form
from exports.list_form import list_forms
from exports.list_workbook import ListSheet, list_workbook


class NotRegisteredError(HurentongError):
    """Somebody who is not a registered member was to be put forward to a partner body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCandidate:
    """One candidate as societies and partner bodies see them; `phone` is E.164, `location` the present location."""

    name: str
    phone: str
    field: str
    specialty: str
    level: Level | None
    unit: str
    location: str
    stage: ApplicationStatus
    registered_on: date | None = None


def society_workbook(campaign: Campaign, people: Iterable[ListedCandidate], *, info: ExportInfo) -> bytes:
    """A sheet for each society with its candidates by field, specialty and name.

    A field without a society in the campaign's data stands on a sheet of its own, as 未设置.
    """
    groups: dict[tuple[str, str], list[ListedCandidate]] = {}
    for person in people:
        society = campaign.society(person.field) or ""
        groups.setdefault((society, "" if society else person.field), []).append(person)
    named_first = sorted(groups, key=lambda each: (not each[0], each))
    return list_workbook([_society_sheet(*key, groups[key]) for key in named_first], info=info)


def _society_sheet(society: str, field: str, people: Sequence[ListedCandidate]) -> ListSheet:
    form = list_forms().society
    listed = sorted(people, key=lambda each: (each.field, each.specialty, each.name))
    fields = "、".join(dict.fromkeys(each.field for each in listed))
    return ListSheet(
        name=society or f"{form.unset} {field}",
        title=form.title,
        form=form,
        facts=(society or form.unset, fields, len(listed)),
        rows=tuple((*_person(each), each.unit, each.location, status_traits(each.stage).zh) for each in listed),
    )


def partner_workbook(
    members: Mapping[PartnerBody, Sequence[ListedCandidate]] | Sequence[tuple[PartnerBody, Sequence[ListedCandidate]]],
    *,
    info: ExportInfo,
) -> bytes:
    """A sheet for each partner body with the registered members who are put forward to it.

    Raises NotRegisteredError where one of them is not registered.
    """
    pairs = list(members.items() if isinstance(members, Mapping) else members)
    return list_workbook([_partner_sheet(body, people) for body, people in pairs], info=info)


def _partner_sheet(body: PartnerBody, people: Sequence[ListedCandidate]) -> ListSheet:
    form = list_forms().partner
    for person in people:
        if person.stage is not ApplicationStatus.REGISTERED:
            stage = status_traits(person.stage).zh
            raise NotRegisteredError(f"{person.name} 的状态是“{stage}”，只有已注册的会员才能推荐给境外工程组织。")
    listed = sorted(people, key=lambda each: (each.field, each.specialty, each.name))
    place = country(body.country)
    return ListSheet(
        name=body.name[Language.ZH],
        title=form.title,
        form=form,
        facts=(body.name[Language.ZH], place.zh if place else body.country, len(listed)),
        rows=tuple((*_person(each), _day(each.registered_on), each.unit, each.location) for each in listed),
    )


def _person(person: ListedCandidate) -> tuple[str, ...]:
    level = annex3_form().levels[person.level] if person.level else ""
    return person.name, person.phone, person.field, person.specialty, level


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
