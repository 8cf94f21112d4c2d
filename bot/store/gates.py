"""Gates: what one channel account may send, kept so that a restart and the next process obey it too."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.errors import FencedOffError
from bot.store.prepared import Prepared
from bot.store.tables import gate


@dataclass(frozen=True, slots=True, kw_only=True)
class GateState:
    """A gate as it is stored; `epoch` names the process that drives it."""

    name: str
    epoch: int
    rate: float
    next_free: datetime
    not_before: datetime


_SAVE = Prepared(
    update(gate)
    .where(gate.c.name == bindparam("gate"), gate.c.epoch == bindparam("owner"))
    .values(rate=bindparam("rate"), next_free=bindparam("next_free"), not_before=bindparam("not_before"))
)


def take_over(connection: Connection, name: str, rate: float, now: datetime) -> GateState:
    """Makes the caller the driver: whoever drove it before is fenced off from now on."""
    row = connection.execute(select(gate).where(gate.c.name == name).with_for_update()).one_or_none()
    if row is None:
        fresh = GateState(name=name, epoch=1, rate=rate, next_free=now, not_before=now)
        connection.execute(
            insert(gate).values(name=name, epoch=1, rate=rate, next_free=fresh.next_free, not_before=fresh.not_before)
        )
        return fresh
    connection.execute(update(gate).where(gate.c.name == name).values(epoch=row.epoch + 1))
    return GateState(name=name, epoch=row.epoch + 1, rate=row.rate, next_free=row.next_free, not_before=row.not_before)


def save(connection: Connection, state: GateState) -> None:
    """Stores it; raises FencedOffError where another process has taken the gate over."""
    saved = _SAVE.change(
        connection,
        {
            "gate": state.name,
            "owner": state.epoch,
            "rate": state.rate,
            "next_free": state.next_free,
            "not_before": state.not_before,
        },
    )
    if saved != 1:
        raise FencedOffError(f"another process drives the gate {state.name} now")
