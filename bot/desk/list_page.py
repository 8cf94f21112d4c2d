"""The list: filters, search, sorting, a page at a time; how many stand at each stage; the pictures of the year."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from sqlalchemy import Connection, select
from starlette.responses import Response

from bot.desk.fields import number
from bot.desk.office import Office, note
from bot.desk.visit import Visit
from bot.store import case_list, enquiries, statistics
from bot.store.case_list import Edge, Filter, Order, Page
from bot.store.case_search import FEW
from bot.store.tables import unit
from domain.annex1 import annex1
from domain.application import ApplicationStatus, status_traits
from domain.statistics import EligibilityGroup, Statistics
from domain.vocabulary import Level, Posting

E = TypeVar("E", bound=StrEnum)
_SHOWN = tuple(each for each in ApplicationStatus if each is not ApplicationStatus.DRAFT)
_FILTERS = ("text", "status", "field", "level", "posting", "eligible", "unit", "order")


class ListPage:
    """`/desk` and `/desk/stats`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, visit: Visit) -> Response:
        """The list as the address asks for it."""
        campaign = self._office.campaign(visit)
        wanted, order = filter_of(visit), _member(Order, visit.asked("order")) or Order.CHANGED
        after, before = _edge(visit.asked("after")), _edge(visit.asked("before"))

        def read(connection: Connection) -> tuple[Page, int | None, str, int]:
            listing = case_list.look_up(connection, campaign.id, wanted)
            page, found = case_list.page(connection, listing, order, after=after, before=before), listing.count
            named = select(unit.c.name).where(unit.c.id == wanted.unit)
            name = connection.execute(named).scalar_one_or_none() if wanted.unit else None
            return page, found, name or "", len(enquiries.waiting(connection))

        page, found, unit_name, questions = await self._office.read(read)
        kept = {name: visit.asked(name) for name in _FILTERS if visit.asked(name)}
        return self._office.page(
            "list.html",
            visit,
            page=page,
            found=found,
            most=FEW,
            wanted=wanted,
            order=order,
            orders=tuple(Order),
            unit_name=unit_name,
            questions=questions,
            statuses=tuple(status_traits(each) for each in _SHOWN),
            fields=annex1().fields,
            levels=tuple(Level),
            postings=tuple(Posting),
            newer=_link(kept, "before", page.rows[0].edge) if page.rows and page.earlier else "",
            older=_link(kept, "after", page.rows[-1].edge) if page.rows and page.later else "",
        )

    async def stats(self, visit: Visit) -> Response:
        """The year's numbers as pictures."""
        campaign = self._office.campaign(visit)

        def read(connection: Connection) -> Statistics:
            return statistics.statistics(connection, campaign.id, visit.now)

        counted = await self._office.read(read)
        await self._office.write(lambda connection: note(connection, visit, "stats"))
        from exports.chart_bars import Chart  # noqa: PLC0415 - pygal takes 0.3 s that a start should not pay
        from exports.charts import chart_svg  # noqa: PLC0415

        charts = [chart_svg(each, counted, visit.language) for each in Chart]
        return self._office.page(
            "stats.html",
            visit,
            counted=counted,
            eligible=counted.by_eligibility.get(EligibilityGroup.ELIGIBLE, 0),
            charts=charts,
            campaign=campaign,
        )


def filter_of(visit: Visit) -> Filter:
    """The filter that the address names; what cannot be read lets everything through."""
    return Filter(
        text=visit.asked("text"),
        status=_member(ApplicationStatus, visit.asked("status")),
        field=visit.asked("field"),
        unit=number(visit.asked("unit")) or None,
        level=_member(Level, visit.asked("level")),
        posting=_member(Posting, visit.asked("posting")),
        eligible={"yes": True, "no": False}.get(visit.asked("eligible")),
    )


def _member(kind: type[E], text: str) -> E | None:
    try:
        return kind(text)
    except ValueError:
        return None


def _link(kept: dict[str, str], name: str, edge: Edge) -> str:
    return "/desk?" + urlencode({**kept, name: f"{edge.updated_at.isoformat()}~{edge.id}"})


def _edge(text: str) -> Edge | None:
    moment, _, row = text.partition("~")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return Edge(at.astimezone(UTC), number(row)) if at.tzinfo and number(row) else None
