"""Broadcasts: how far each is, whom it reached, the second member's approval, the brakes."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.responses import Response

from bot.broadcast_moves import APPROVALS, make_move, possible
from bot.desk.fields import number
from bot.desk.office import Names, Office
from bot.desk.visit import Visit, back_to
from bot.store import audiences, broadcasts, deliveries
from bot.store.broadcasts import Broadcast
from dialogs.effects import BroadcastMove
from domain.audience import audience_text
from domain.broadcast import BroadcastState, DeliveryState, Report, broadcast_rules
from domain.permissions import Action

LISTED = 30
_MOVING = (BroadcastState.RUNNING, BroadcastState.SCHEDULED, BroadcastState.AWAITING_APPROVAL, BroadcastState.PAUSED)
"""States in which the page keeps itself fresh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One broadcast as the page shows it. `report` once it has begun, `count` people before that."""

    broadcast: Broadcast
    state: str
    audience: str
    report: Report | None
    count: int
    moves: Sequence[BroadcastMove]

    @property
    def states(self) -> Sequence[tuple[DeliveryState, int]]:
        """The recipients' states that have anybody in them."""
        return [(each, self.report[each]) for each in DeliveryState if self.report is not None and self.report[each]]


class BroadcastsPage:
    """`/desk/broadcasts`."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, visit: Visit) -> Response:
        """The newest, with their figures as they are now."""
        campaign = self._office.campaign(visit).id

        def read(connection: Connection) -> tuple[Sequence[Shown], Names]:
            found = broadcasts.listing(connection, LISTED)
            return [_shown(connection, each, visit, campaign) for each in found], Names.read(connection, visit.language)

        rows, name_of = await self._office.read(read)
        moving = any(each.broadcast.state in _MOVING for each in rows)
        return self._office.page(
            "broadcasts.html", visit, rows=rows, who=name_of, moving=moving, approvals=APPROVALS, at=visit.now
        )

    async def brake(self, visit: Visit) -> Response:
        """Pauses, resumes, cancels: any member may."""
        return await self._move(visit, [each for each in BroadcastMove if each not in APPROVALS])

    async def approve(self, visit: Visit) -> Response:
        """The second member's yes or no."""
        return await self._move(visit, APPROVALS)

    async def _move(self, visit: Visit, among: Sequence[BroadcastMove]) -> Response:
        wanted = next((each for each in among if visit.given("move") == each), None)
        row = number(visit.given("broadcast"))
        if wanted is None:
            return self._office.gone(visit)
        moved = await self._office.write(lambda c: make_move(c, row, wanted, visit.person, visit.now))
        said = moved.key.removeprefix("broadcast.").replace("moved.", "")
        return back_to("/desk/broadcasts", f"broadcast_{said}")


def _shown(connection: Connection, each: Broadcast, visit: Visit, campaign: str) -> Shown:
    begun = each.recipients is not None
    traits = next(state for state in broadcast_rules().states if state.id is each.state)
    moves = [
        move
        for move in possible(each, visit.person)
        if visit.may(Action.APPROVE_BROADCAST if move in APPROVALS else Action.VIEW_BROADCASTS)
    ]
    return Shown(
        broadcast=each,
        state=traits[visit.language],
        audience=audience_text(each.audience),
        report=deliveries.report(connection, each) if begun else None,
        count=0 if begun or each.ended else audiences.count(connection, each.audience, campaign),
        moves=moves,
    )
