"""What a member does with a broadcast that stands, by chat or on the desk: approve, pause, resume, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import broadcasting
from bot.store import audit, broadcasts
from bot.store.audit import Entry, Outcome
from bot.store.broadcasts import Broadcast
from dialogs.effects import BroadcastMove
from domain.broadcast import BroadcastState, Hand, broadcast_changes, check_approver
from domain.errors import HurentongError

APPROVALS = (BroadcastMove.APPROVE, BroadcastMove.SEND_BACK)
_COMES_TO = {
    BroadcastMove.APPROVE: BroadcastState.RUNNING,
    BroadcastMove.SEND_BACK: BroadcastState.TESTED,
    BroadcastMove.PAUSE: BroadcastState.PAUSED,
    BroadcastMove.RESUME: BroadcastState.RUNNING,
    BroadcastMove.CANCEL: BroadcastState.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class Moved:
    """What came of it: a text, and whether anything changed."""

    key: str
    done: bool = False


def possible(seen: Broadcast, actor: int) -> Sequence[BroadcastMove]:
    """What this member may do with it now, rights to the action itself aside."""
    return [each for each in BroadcastMove if _allows(seen, each, actor)]


def _allows(seen: Broadcast, move: BroadcastMove, actor: int) -> bool:
    if (move in APPROVALS) != (seen.state is BroadcastState.AWAITING_APPROVAL) and move is not BroadcastMove.CANCEL:
        return False
    if move in APPROVALS and seen.author == actor:
        return False
    return _hand(seen, actor) in broadcast_changes().get((seen.state, _COMES_TO[move]), ())


def make_move(connection: Connection, number: int, move: BroadcastMove, actor: int, now: datetime) -> Moved:
    """Does it, or says why not; either is a row of the audit."""
    seen = broadcasts.find(connection, number, lock=True)
    if seen is None:
        return Moved("broadcast.unknown_number")
    action = "approve_broadcast" if move in APPROVALS else "broadcast"
    subject = f"broadcast {seen.id}"
    try:
        after = _move(connection, seen, move, actor, now)
    except HurentongError as error:
        refused = Entry(action=action, actor=actor, subject=subject, outcome=Outcome.REFUSED, detail=str(error))
        audit.write(connection, refused, now)
        own = move in APPROVALS and seen.author == actor
        return Moved("broadcast.not_by_author" if own else "broadcast.not_possible")
    if after is None:
        return Moved("broadcast.not_possible")
    done = Entry(action=action, actor=actor, subject=subject, detail=f"{seen.state} > {after.state}")
    audit.write(connection, done, now)
    return Moved(f"broadcast.moved.{move}", done=True)


def _hand(seen: Broadcast, actor: int) -> Hand:
    return Hand.AUTHOR if seen.author == actor else Hand.APPROVER


def _move(connection: Connection, seen: Broadcast, move: BroadcastMove, actor: int, now: datetime) -> Broadcast | None:
    hand = _hand(seen, actor)
    match move:
        case BroadcastMove.APPROVE:
            check_approver(str(seen.author), str(actor))
            seen = broadcasts.approved(connection, seen, actor)
            return broadcasting.schedule(connection, seen, Hand.APPROVER, now, actor)
        case BroadcastMove.SEND_BACK:
            check_approver(str(seen.author), str(actor))
            return broadcasts.change(connection, seen, BroadcastState.TESTED, Hand.APPROVER, now, actor=actor)
        case BroadcastMove.PAUSE:
            return broadcasting.pause(connection, seen, hand, now, actor)
        case BroadcastMove.RESUME:
            return broadcasting.resume(connection, seen, hand, now, actor)
        case BroadcastMove.CANCEL:
            return broadcasting.cancel(connection, seen, hand, now, actor)
