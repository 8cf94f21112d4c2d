"""The secretariat and its candidates on a real store: who decides, what candidates have heard."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import select

from bot.channels.base import ChannelName
from bot.deciding import Decision, Member, Result, decide
from bot.store import cases, members, people, roles
from bot.store.cases import Standing
from bot.store.store import Store
from bot.store.tables import application, audit, candidate
from dialogs.cards import Card
from domain.application import ApplicationStatus
from domain.vocabulary import Role
from tests.bot.intake import Clock, Engineer

MONDAY = datetime(2025, 3, 3, 2, 0, tzinfo=UTC)
"""Ten o'clock in Beijing."""

WAY = (
    ApplicationStatus.RECOMMENDED,
    ApplicationStatus.SCREENING,
    ApplicationStatus.ALLOCATED,
    ApplicationStatus.MATERIALS,
    ApplicationStatus.REVIEW,
    ApplicationStatus.REGISTERED,
)


@dataclass
class Office:
    store: Store
    clock: Clock = field(default_factory=lambda: Clock(MONDAY))

    def hires(self, address: str, role: Role = Role.SECRETARIAT) -> Member:
        engineer = Engineer(self.store, address, self.clock)
        engineer.says("你好")
        person = engineer.account.person
        self.store.write_now(lambda c: roles.grant(c, person, role, self.clock()))
        self.store.write_now(lambda c: members.rename(c, person, address))
        return self.member(person)

    def member(self, person: int) -> Member:
        return Member(person=person, roles=self.store.read_now(lambda c: members.roles_of(c, person)))

    def chat(self, address: str) -> Engineer:
        """Somebody's own chat, to go on talking in it."""
        return Engineer(self.store, address, self.clock)

    def takes_in(self, address: str, **answers: str) -> tuple[Engineer, int]:
        engineer = Engineer(self.store, address, self.clock)
        engineer.hands_in(**answers)
        return engineer, self.case_of(engineer)

    def case_of(self, engineer: Engineer) -> int:
        query = (
            select(application.c.id)
            .join(candidate, candidate.c.id == application.c.candidate_id)
            .where(candidate.c.person_id == engineer.account.person)
        )
        return int(self.store.read_now(lambda c: c.execute(query).scalar_one()))

    def standing(self, case: int) -> Standing:
        found = self.store.read_now(lambda c: cases.standing(c, case))
        assert found is not None
        return found

    def decides(
        self,
        member: Member,
        case: int,
        to: ApplicationStatus,
        *,
        version: int | None = None,
        reason: str = "",
        questions: Sequence[str] = (),
    ) -> Result:
        wanted = Decision(
            application=case,
            version=self.standing(case).version if version is None else version,
            to=to,
            reason=reason,
            questions=tuple(questions),
        )
        return self.store.write_now(lambda c: decide(c, member, wanted, self.clock()))

    def brings_to(self, member: Member, case: int, status: ApplicationStatus) -> None:
        for step in WAY:
            if self.standing(case).status is status:
                return
            self.decides(member, case, step)
        assert self.standing(case).status is status

    def audited(self, action: str) -> list[tuple[int | None, str, str]]:
        rows = self.store.read_now(lambda c: c.execute(select(audit).where(audit.c.action == action)).all())
        return [(row.actor_id, row.subject, row.outcome) for row in rows]


def keys(cards: Sequence[Card]) -> list[str]:
    return [line.key for card in cards for line in card.lines]


def engineer_at(store: Store, address: str, clock: Clock) -> Engineer:
    return Engineer(store, address, clock)


def person_at(store: Store, address: str) -> int:
    found = store.read_now(lambda c: people.find(c, ChannelName.TELEGRAM, address))
    assert found is not None
    return found.person
