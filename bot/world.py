"""The world as one turn's dialogue sees it: roles, stage and look-ups, read through the turn's own connection."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.store import applications, erasures, roles, units
from bot.turns import Who
from dialogs.context import Context
from domain.campaign import current_campaign
from domain.classification import classify
from domain.vocabulary import Role


class StoredDirectory:
    """Look-ups in the records; nothing is read before it is asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def units(self) -> Sequence[str]:
        """Names of the recommending units, those with most applications first."""
        return units.names(self._connection)

    def enterprises_like(self, name: str) -> Sequence[str]:
        """Known enterprises whose names are near this one, nearest first."""
        return units.enterprises_like(self._connection, name)


def context_of(connection: Connection, who: Who, now: datetime) -> Context:
    """What the dialogue may know in this turn."""
    campaign = current_campaign(now.date())
    stage = applications.status_of(connection, who.person, campaign.id)
    due = erasures.pending(connection, who.person)
    return Context(
        now=now,
        campaign=campaign,
        classify=classify,
        roles=frozenset({Role.CANDIDATE, *(each.role for each in roles.of(connection, who.person))}),
        directory=StoredDirectory(connection),
        stage=stage or "",
        erasure_on=due.due_at.astimezone(ZoneInfo(campaign.deadline.time_zone)).date() if due else None,
    )
