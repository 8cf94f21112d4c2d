"""The world as one turn's dialogue sees it: roles, stage and look-ups, read through the turn's own connection."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot import unit_rights
from bot.case_cards import case_card
from bot.measures import CLASSIFICATION_SECONDS
from bot.store import applications, case_list, erasures, import_runs, members, roles, units
from bot.store.unit_desk import unit_desk
from bot.turns import Who
from dialogs.case_card import CaseCard
from dialogs.context import Context
from dialogs.unit_desk import FormReading, UnitDesk
from domain.application import ApplicationStatus
from domain.campaign import current_campaign
from domain.classification import Classification, classify
from domain.permissions import Action, may
from domain.vocabulary import Role


class StoredDirectory:
    """Look-ups in the records; nothing is read before it is asked for."""

    def __init__(self, connection: Connection, person: int, campaign: str, now: datetime) -> None:
        self._connection, self._person, self._campaign, self._now = connection, person, campaign, now
        self._desks: dict[str, UnitDesk | None] = {}

    def units(self) -> Sequence[str]:
        """Names of the recommending units, those with most applications first."""
        return units.names(self._connection)

    def enterprises_like(self, name: str) -> Sequence[str]:
        """Known enterprises whose names are near this one, nearest first."""
        return units.enterprises_like(self._connection, name)

    def own_units(self) -> Sequence[str]:
        """Names of the units that the person may work for."""
        return unit_rights.own_units(self._connection, self._person)

    def unit_desk(self, name: str) -> UnitDesk | None:
        """What the person works with for that unit; read once a step."""
        if name not in self._desks:
            may = unit_rights.unit_named(self._connection, self._person, name) is not None
            found = unit_desk(self._connection, name, self._campaign, self._now) if may else None
            self._desks[name] = found
        return self._desks[name]

    def form_reading(self, reference: str) -> FormReading | None:
        """What was found in a filled form that the person sent."""
        run = import_runs.find(self._connection, reference)
        return run.reading if run is not None and run.person == self._person else None

    def case(self, number: int) -> CaseCard | None:
        """For members of the secretariat only."""
        held = members.roles_of(self._connection, self._person)
        return case_card(self._connection, number, held) if may(held, Action.REVIEW) else None

    def next_case(self, after: int) -> CaseCard | None:
        """In the order in which they came."""
        found = case_list.next_waiting(self._connection, self._campaign, ApplicationStatus.SUBMITTED, after)
        return self.case(found) if found is not None else None


def _classify(text: str) -> Classification:
    with CLASSIFICATION_SECONDS.time():
        return classify(text)


def context_of(connection: Connection, who: Who, now: datetime) -> Context:
    """What the dialogue may know in this turn."""
    campaign = current_campaign(now.date())
    stage = applications.status_of(connection, who.person, campaign.id)
    due = erasures.pending(connection, who.person)
    return Context(
        now=now,
        campaign=campaign,
        classify=_classify,
        roles=frozenset({Role.CANDIDATE, *(each.role for each in roles.of(connection, who.person))}),
        directory=StoredDirectory(connection, who.person, campaign.id, now),
        stage=stage or "",
        erasure_on=due.due_at.astimezone(ZoneInfo(campaign.deadline.time_zone)).date() if due else None,
    )
