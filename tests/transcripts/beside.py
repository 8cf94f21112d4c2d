"""What a test reads in the running program's records, beside it: whether all is answered, and what stands."""

import time
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Table, func, select

from bot.channels.base import ChannelName
from bot.keys import purpose_key
from bot.store import attachments, cases, codes, conversations, people
from bot.store.crypto import KeyRing
from bot.store.signing import signing_secret
from bot.store.states import CodeKind, InboxStatus, Kind, OutboxState, Source, TimerState
from bot.store.store import Store
from bot.store.tables import application, candidate, inbox, outbox, timer
from bot.web.sessions import LASTS
from bot.web.signing import Signer, encode
from dialogs.cards import Card
from dialogs.conversation import Value
from domain.application import ApplicationStatus
from domain.vocabulary import Role
from tests.program import Program
from tests.transcripts.players import BEGINNING

SECONDS = 30.0
_CODES = {Role.SECRETARIAT: CodeKind.SECRETARIAT, Role.LEAD: CodeKind.LEAD}


class Beside:
    """The records of a program on SQLite, opened a second time."""

    def __init__(self, program: Program) -> None:
        secret = (program.folder / "secret_key").read_text().strip()
        self.store = Store(f"sqlite:///{program.folder / 'hurentong.db'}", KeyRing.from_secret(secret))
        signing = self.store.write_now(lambda connection: signing_secret(connection, BEGINNING))
        self.press_key = purpose_key(signing, "press")
        self._cookies = Signer([signing], "cookie")

    def __enter__(self) -> "Beside":
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def session_in(self, cookie: str, now: datetime) -> str:
        """The address on the web channel that a browser's cookie names."""
        opened = self._cookies.open(cookie, now, LASTS)
        assert opened is not None, cookie
        return encode(opened[0])

    def wait_until_answered(self, channel: ChannelName, address: str, messages: int) -> None:
        """Until so many messages of the person have arrived, all are handled and every reply has gone out."""

        def waiting(connection: Connection) -> int:
            account = people.find(connection, channel, address)
            if account is None:
                return 1
            own = inbox.c.account_id == account.id, inbox.c.channel != Source.INTERNAL
            unread = inbox.c.account_id == account.id, inbox.c.status == InboxStatus.WAITING
            moving = outbox.c.state.in_((OutboxState.WAITING, OutboxState.SENDING))
            unsent = outbox.c.account_id == account.id, moving, outbox.c.kind == Kind.REPLY
            left = messages - _count(connection, inbox, *own)
            left += _count(connection, inbox, *unread) + _count(connection, outbox, *unsent)
            return left

        end = time.monotonic() + SECONDS
        while self.store.read_now(waiting) > 0:
            assert time.monotonic() < end, f"{channel} {address} is not answered after {SECONDS} s"
            time.sleep(0.01)

    def record(self, channel: ChannelName, address: str) -> Mapping[str, Value]:
        """The answers that stand in the person's conversation."""

        def answers(connection: Connection) -> Mapping[str, Value]:
            account = people.find(connection, channel, address)
            assert account is not None
            found = conversations.find(connection, account.person).main.answers
            return {question: answer.value for question, answer in found.items()}

        return self.store.read_now(answers)

    def newest_card(self, channel: ChannelName, address: str) -> Card:
        """The card that was shown last."""

        def card(connection: Connection) -> str:
            account = people.find(connection, channel, address)
            assert account is not None
            newest = select(outbox.c.card).where(outbox.c.account_id == account.id).order_by(outbox.c.id.desc())
            return str(connection.execute(newest.limit(1)).scalar_one())

        return Card.model_validate_json(self.store.read_now(card))

    def media_types(self, references: Sequence[str]) -> list[str]:
        """What the stored files are by the records."""

        def types(connection: Connection) -> list[str]:
            found = [attachments.find(connection, each) for each in references]
            return [each.media_type for each in found if each is not None]

        return self.store.read_now(types)

    def wait_for_timers(self, now: datetime) -> None:
        """Until nothing is due any more at that time."""

        def due(connection: Connection) -> int:
            waits = timer.c.state == TimerState.WAITING, timer.c.due_at <= now
            return _count(connection, timer, *waits)

        end = time.monotonic() + SECONDS
        while self.store.read_now(due):
            assert time.monotonic() < end, f"timers are due after {SECONDS} s"
            time.sleep(0.05)

    def code(self, role: Role, now: datetime) -> str:
        """A code that gives the role."""
        return self.store.write_now(lambda connection: codes.make(connection, _CODES[role], now))

    def bring_to(self, channel: ChannelName, address: str, stage: str, now: datetime) -> None:
        """Gives the person's application that status, once there is one, as the secretariat would."""

        def change(connection: Connection) -> None:
            account = people.find(connection, channel, address)
            assert account is not None
            own = select(candidate.c.id).where(candidate.c.person_id == account.person)
            found = connection.execute(
                select(application.c.id).where(application.c.candidate_id.in_(own))
            ).scalar_one_or_none()
            seen = cases.standing(connection, found) if found is not None else None
            if seen is not None and seen.status != stage:
                assert cases.change_status(connection, seen, ApplicationStatus(stage), now, evaluation_from=now)

        self.store.write_now(change)


def _count(connection: Connection, table: Table, *conditions: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())
