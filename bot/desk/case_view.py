"""Everything that stands of one candidate, put together for the page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bot.store import applications, cases, conversations, enquiries, partners
from bot.store.applications import Filed
from bot.store.cases import Change, Note, SetTask, Standing
from bot.store.enquiries import Enquiry
from bot.store.tables import application, attachment, candidate
from dialogs.cards import Line
from dialogs.case import mendable
from dialogs.conversation import Conversation
from dialogs.intake import INTAKE
from dialogs.texts import catalogue
from domain.application import ApplicationStatus, find_transition, next_statuses
from domain.campaign import Campaign
from domain.evaluation import Clock, clock
from domain.vocabulary import Criterion, Language, Level, Role

OFFICE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it reads; `question` is its id."""

    question: str
    label: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelVerdict:
    """What the conditions came to for a level on the day of handing in."""

    level: Level
    eligible: bool
    unmet: tuple[Criterion, ...]
    eligible_on: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A change that this member may make now."""

    to: ApplicationStatus
    needs_reason: bool

    @property
    def forward(self) -> bool:
        """Whether it is the ordinary way on."""
        return not self.needs_reason


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that belongs to the application."""

    reference: str
    name: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """The page's content. `answers` can be given back to be mended."""

    filed: Filed
    case: Standing
    answers: tuple[Answer, ...]
    judged_on: str
    verdicts: tuple[LevelVerdict, ...]
    steps: tuple[Step, ...]
    files: Sequence[StoredFile]
    history: Sequence[Change]
    notes: Sequence[Note]
    tasks: Sequence[SetTask]
    questions: Sequence[Enquiry]
    clock: Clock | None
    society: str
    same_number: Sequence[int]
    agrees_abroad: bool
    put_forward: Sequence[str]


def case_view(
    connection: Connection, application_id: int, campaign: Campaign, role: Role, language: Language, now: datetime
) -> CaseView | None:
    """None where there is no such application, or where its person's data may not be used."""
    case = cases.standing(connection, application_id)
    found = applications.everyone(connection, case.campaign if case else "", application.c.id == application_id)
    filed = next(iter(found), None)
    if case is None or filed is None:
        return None
    began = case.evaluation_from
    talk = conversations.find(connection, case.person) if case.person is not None else None
    judged_on, verdicts = _verdicts(connection, application_id)
    return CaseView(
        filed=filed,
        case=case,
        answers=answers_of(talk, language) if talk else (),
        judged_on=judged_on,
        verdicts=verdicts,
        steps=tuple(_steps(case.status, role)),
        files=_files(connection, case.person),
        history=cases.history(connection, application_id),
        notes=cases.notes(connection, application_id),
        tasks=cases.tasks(connection, application_id),
        questions=enquiries.of(connection, case.person) if case.person is not None else (),
        clock=clock(began.astimezone(OFFICE).date(), now.astimezone(OFFICE).date(), campaign) if began else None,
        society=campaign.society(case.field) or "",
        same_number=_same_number(connection, application_id),
        agrees_abroad=partners.agrees(connection, case.person),
        put_forward=partners.of(connection, application_id),
    )


def answers_of(talk: Conversation, language: Language) -> tuple[Answer, ...]:
    """The candidate's answers as they stand in their conversation."""
    thread = talk.main
    return tuple(
        Answer(
            question=each,
            label=catalogue().say(Line(key=f"{each}.label"), language),
            value=catalogue().say(INTAKE.by_id[each].shows(thread.value(each), language), language),
        )
        for each in mendable(talk)
    )


def _verdicts(connection: Connection, application_id: int) -> tuple[str, tuple[LevelVerdict, ...]]:
    stored = connection.execute(select(application.c.verdict).where(application.c.id == application_id)).scalar_one()
    if not stored:
        return "", ()
    told = json.loads(stored)
    return told["on"], tuple(
        LevelVerdict(
            level=level,
            eligible=told[level]["eligible"],
            unmet=tuple(Criterion(each) for each in told[level]["unmet"]),
            eligible_on=told[level]["eligible_on"] or "",
        )
        for level in Level
    )


def _steps(status: ApplicationStatus, role: Role) -> Sequence[Step]:
    found = []
    for to in next_statuses(status, role):
        change = find_transition(status, to)
        if change is not None:
            found.append(Step(to=to, needs_reason=change.needs_reason(role)))
    return found


def _files(connection: Connection, person: int | None) -> Sequence[StoredFile]:
    if person is None:
        return ()
    rows = connection.execute(
        select(attachment.c.reference, attachment.c.name, attachment.c.size, attachment.c.created_at)
        .where(attachment.c.person_id == person, attachment.c.kind.is_not(None))
        .order_by(attachment.c.id)
    )
    return [StoredFile(row.reference, row.name, row.size, row.created_at) for row in rows]


def _same_number(connection: Connection, application_id: int) -> Sequence[int]:
    """Other applications whose candidate gave the same number."""
    own = connection.execute(
        select(candidate.c.id, candidate.c.duplicate_of)
        .join(application, application.c.candidate_id == candidate.c.id)
        .where(application.c.id == application_id)
    ).one()
    first = own.duplicate_of or own.id
    rows = connection.execute(
        select(application.c.id)
        .join(candidate, candidate.c.id == application.c.candidate_id)
        .where((candidate.c.id == first) | (candidate.c.duplicate_of == first), application.c.id != application_id)
    )
    return list(rows.scalars())
