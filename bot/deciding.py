"""Decisions on applications: the one place where a person changes a status, by whatever page or command.

One transaction: the check of role and table, the version that was seen, the history, the audit, and what the candidate
is told. Two members at once: the second one's version no longer stands, and they learn who did what.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot import reminding
from bot.store import audit, cases, conversations, events, inbox
from bot.store.audit import Entry, Outcome
from bot.store.cases import REASON_LIMIT, Standing
from bot.store.events import Event
from bot.telling import lane_of, tell
from bot.turns import DONE
from dialogs.case import mendable, returned, status_card
from domain.application import ApplicationStatus, find_transition, transition
from domain.campaign import campaign
from domain.errors import TransitionError
from domain.evaluation import BEGINS_WITH, tasks_set_by
from domain.vocabulary import Role

ACTION = "decide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Who decides, with the roles that they have now."""

    person: int
    roles: frozenset[Role]

    @property
    def role(self) -> Role:
        """The role in which they decide: the one that may most."""
        return next(
            (each for each in (Role.LEAD, Role.SECRETARIAT, Role.UNIT_CONTACT) if each in self.roles), Role.CANDIDATE
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to become of an application that was seen at `version`. `questions` are the answers to be mended."""

    application: int
    version: int
    to: ApplicationStatus
    reason: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """It stands. `told`: the candidate is being told."""

    was: ApplicationStatus
    became: ApplicationStatus
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtaken:
    """Somebody else was faster: who changed what into what (`by` None: the candidate or the product)."""

    by: int | None
    status: ApplicationStatus
    at: datetime


@dataclass(frozen=True, slots=True)
class NotPossible:
    """The table does not let it through; `key` is a text for the member."""

    key: str


Result = Decided | Overtaken | NotPossible


def decide(connection: Connection, member: Member, wanted: Decision, now: datetime) -> Result:
    """Changes the status, or says why not; a refusal by role is a row of the audit."""
    seen = cases.standing(connection, wanted.application, lock=True)
    if seen is None:
        return NotPossible("desk.case_gone")
    if seen.version != wanted.version:
        return _overtaken(connection, seen, now)
    reason = wanted.reason.strip()[:REASON_LIMIT]
    try:
        transition(seen.status, wanted.to, member.role, reason=reason)
    except TransitionError:
        change = find_transition(seen.status, wanted.to)
        if change is not None and change.allows(member.role):
            return NotPossible("desk.reason_needed")
        _audit(connection, member, seen, wanted.to, now, Outcome.REFUSED)
        return NotPossible("desk.not_possible")
    questions = _questions(connection, seen, wanted)
    if wanted.to is ApplicationStatus.RETURNED and seen.person is not None and not questions:
        return NotPossible("desk.questions_needed")
    began = now if wanted.to is BEGINS_WITH and seen.evaluation_from is None else seen.evaluation_from
    if not cases.change_status(connection, seen, wanted.to, now, evaluation_from=began):
        return _overtaken(connection, seen, now)
    _note(connection, member, seen, wanted.to, reason, now)
    _audit(connection, member, seen, wanted.to, now, Outcome.DONE)
    _set_tasks(connection, seen, wanted.to, now)
    change = find_transition(seen.status, wanted.to)
    tells = change is not None and change.tells_candidate(member.role)
    told = tells and _tell(connection, seen, wanted.to, reason, questions, now)
    return Decided(was=seen.status, became=wanted.to, told=told)


def _questions(connection: Connection, seen: Standing, wanted: Decision) -> tuple[str, ...]:
    """The answers to be mended that the candidate's conversation really has."""
    if wanted.to is not ApplicationStatus.RETURNED or seen.person is None:
        return ()
    known = mendable(conversations.find(connection, seen.person))
    return tuple(each for each in known if each in wanted.questions)


def _overtaken(connection: Connection, seen: Standing, now: datetime) -> Overtaken:
    last = next(reversed(cases.history(connection, seen.id)), None)
    return Overtaken(by=last.actor if last else None, status=seen.status, at=last.at if last else now)


def _note(
    connection: Connection, member: Member, seen: Standing, to: ApplicationStatus, reason: str, now: datetime
) -> None:
    changed = Event(
        subject="application",
        subject_id=seen.id,
        was=seen.status,
        became=to,
        actor=member.person,
        detail=reason or None,
    )
    events.note(connection, now, changed)


def _audit(
    connection: Connection, member: Member, seen: Standing, to: ApplicationStatus, now: datetime, outcome: Outcome
) -> None:
    entry = Entry(
        action=ACTION,
        actor=member.person,
        subject=f"application {seen.id}",
        outcome=outcome,
        detail=f"{seen.status} > {to}",
    )
    audit.write(connection, entry, now)


def _set_tasks(connection: Connection, seen: Standing, to: ApplicationStatus, now: datetime) -> None:
    asked = tasks_set_by(to)
    if asked:
        cases.set_tasks(connection, seen.id, asked, now)
        reminding.begin(connection, seen.id, now)


def _tell(
    connection: Connection,
    seen: Standing,
    to: ApplicationStatus,
    reason: str,
    questions: tuple[str, ...],
    now: datetime,
) -> bool:
    if seen.person is None:
        return False
    if to is ApplicationStatus.RETURNED:
        # Through the lane: only the candidate's own turn may change their conversation.
        lane = lane_of(connection, seen.person)
        if lane is None:
            return False
        said = DONE.dump_json(returned(questions, reason))
        return inbox.put_internal(connection, f"returned {seen.id}.{seen.version}", lane.id, lane.person, said, now)
    return tell(connection, seen.person, status_card(to, seen.field, campaign(seen.campaign), reason), now)
