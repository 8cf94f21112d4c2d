"""The desk's list: filtered, sorted, a page at a time by what stands on its edge (no page is counted past)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select

from bot.store.applications import STANDING
from bot.store.case_search import FEW, search
from bot.store.erasures import usable
from bot.store.tables import application, candidate, unit
from domain.application import ApplicationStatus
from domain.vocabulary import Level, Posting

PAGE = 50
LEFT_OUT = tuple(each for each in ApplicationStatus if each not in STANDING)


class Order(StrEnum):
    """Of what comes first."""

    CHANGED = "changed"
    """The newest change first."""
    WAITING = "waiting"
    """What has not been touched for longest first."""
    NEWEST = "newest"
    """Who came last first."""
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What is to be listed; a member that is None or '' lets everything through."""

    text: str = ""
    status: ApplicationStatus | None = None
    field: str = ""
    unit: int | None = None
    level: Level | None = None
    posting: Posting | None = None
    eligible: bool | None = None
    country: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """The row at which a page ends, in either direction."""

    updated_at: datetime
    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One row of the list. `phone` is E.164, to be shown shortened."""

    id: int
    name: str
    phone: str
    field: str
    specialty: str
    level: Level | None
    posting: Posting | None
    country: str
    unit: str
    status: ApplicationStatus
    eligible: bool | None
    confirmed: bool
    submitted_at: datetime | None
    updated_at: datetime

    @property
    def edge(self) -> Edge:
        """Where a page that ends here goes on."""
        return Edge(self.updated_at, self.id)


@dataclass(frozen=True, slots=True)
class Page:
    """One page, with whether there is more on each side."""

    rows: tuple[Listed, ...]
    earlier: bool
    later: bool


_COLUMNS = (
    application.c.id,
    application.c.level,
    application.c.posting,
    application.c.country,
    application.c.status,
    application.c.eligible,
    application.c.confirmed,
    application.c.submitted_at,
    application.c.updated_at,
    candidate.c.name,
    candidate.c.phone,
    candidate.c.field,
    candidate.c.specialty,
    unit.c.name.label("unit"),
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A filter as it is looked up: `ids` of applications where few pass, else None; then `conditions` decide alone.

    `count` is how many there are; None for more than FEW.
    """

    campaign: str
    conditions: tuple[ColumnElement[bool], ...]
    ids: tuple[int, ...] | None
    count: int | None


def look_up(connection: Connection, campaign: str, wanted: Filter) -> Listing:
    """Finds out whether few or many pass."""
    conditions = _conditions(wanted)
    searched = search(connection, wanted.text, campaign)
    if searched is not None:
        conditions = (*conditions, searched.condition)
        if searched.many and wanted == Filter(text=wanted.text):
            return Listing(campaign, conditions, None, None)
    if searched is not None and searched.ids is not None:
        # As an expression the campaign has no index that could tempt a planner away from the ids.
        here = application.c.campaign.concat("") == campaign
        query = _of_candidates(select(application.c.id)).where(here, *conditions)
        query = query.where(application.c.candidate_id.in_(searched.ids), usable())
        return _few(connection, campaign, conditions, query)
    query = _joined(select(application.c.id), campaign, conditions)
    ids = tuple(connection.execute(query.limit(FEW + 1)).scalars())
    if len(ids) > FEW:
        return Listing(campaign, conditions, None, None)
    query = _of_candidates(select(application.c.id)).where(application.c.id.in_(ids), usable())
    return _few(connection, campaign, conditions, query)


def _few(
    connection: Connection, campaign: str, conditions: tuple[ColumnElement[bool], ...], query: Select[Any]
) -> Listing:
    ids = tuple(connection.execute(query).scalars())
    return Listing(campaign, conditions, ids, len(ids))


def page(
    connection: Connection,
    listing: Listing,
    order: Order = Order.CHANGED,
    *,
    after: Edge | None = None,
    before: Edge | None = None,
    limit: int = PAGE,
) -> Page:
    """The rows after (or before) an edge; the first ones without one."""
    backwards = before is not None
    descending = (order in (Order.CHANGED, Order.NEWEST)) != backwards
    by_change = order in (Order.CHANGED, Order.WAITING)
    keys: tuple[ColumnElement[Any], ...] = (application.c.id,)
    if by_change:
        keys = (application.c.updated_at, application.c.id)
    query = _listed_columns(listing)
    edge = before or after
    if edge is not None:
        query = query.where(_beyond(edge, by_change=by_change, descending=descending))
    query = query.order_by(*(each.desc() if descending else each for each in keys)).limit(limit + 1)
    found = [_listed(row) for row in connection.execute(query)]
    more, rows = len(found) > limit, found[:limit]
    if backwards:
        rows.reverse()
    return Page(tuple(rows), earlier=more if backwards else after is not None, later=True if backwards else more)


def _listed_columns(listing: Listing) -> Select[Any]:
    query: Select[Any] = select(*_COLUMNS)
    if listing.ids is None:
        query = _joined(query, listing.campaign, listing.conditions).where(usable())
    else:
        query = _of_candidates(query).where(application.c.id.in_(listing.ids))
    return query.join(unit, unit.c.id == application.c.unit_id, isouter=True)


def next_waiting(connection: Connection, campaign: str, status: ApplicationStatus, after: int) -> int | None:
    """The id of the next application of that status in the order of arrival, for going through them one by one."""
    query = _joined(select(application.c.id), campaign, (application.c.status == status,))
    found: int | None = connection.execute(
        query.where(application.c.id > after, usable()).order_by(application.c.id).limit(1)
    ).scalar_one_or_none()
    return found


def _beyond(edge: Edge, *, by_change: bool, descending: bool) -> ColumnElement[bool]:
    at, key = application.c.updated_at, application.c.id
    further = key < edge.id if descending else key > edge.id
    if not by_change:
        return further
    # The first condition says nothing that the second does not, but an index serves it.
    bound, past = (
        (at <= edge.updated_at, at < edge.updated_at) if descending else (at >= edge.updated_at, at > edge.updated_at)
    )
    return and_(bound, past | further)


def _joined(query: Select[Any], campaign: str, conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    return _of_candidates(query).where(application.c.campaign == campaign, *conditions)


def _of_candidates(query: Select[Any]) -> Select[Any]:
    return query.join(candidate, candidate.c.id == application.c.candidate_id)


def _conditions(wanted: Filter) -> tuple[ColumnElement[bool], ...]:
    equal: Sequence[tuple[ColumnElement[Any], object]] = (
        (application.c.status, wanted.status),
        (candidate.c.field, wanted.field or None),
        (application.c.unit_id, wanted.unit),
        (application.c.level, wanted.level),
        (application.c.posting, wanted.posting),
        (application.c.eligible, wanted.eligible),
        (application.c.country, wanted.country or None),
    )
    found = tuple(column == value for column, value in equal if value is not None)
    # What is left out is named, not what stays: an index on the status must not tempt away from the order.
    return found if wanted.status is not None else (*found, application.c.status.not_in(LEFT_OUT))


def _listed(row: Row[Any]) -> Listed:
    return Listed(**{**row._mapping, "unit": row.unit or ""})
