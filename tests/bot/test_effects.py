"""Effects of the dialogue as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

import pytest
from sqlalchemy import Connection, func, select

from bot.channels.base import Arrival, ChannelName
from bot.effects import APPLIERS, apply
from bot.store import attachments, codes, consents, conversations, enquiries, inbox, people, roles
from bot.store.store import Store
from bot.store.tables import account, attachment, conversation, person
from bot.store.tables import inbox as inbox_table
from bot.turns import DONE, Rehomed, Who
from dialogs import effects
from dialogs.effects import Effect, Purpose
from dialogs.events import Done
from domain.vocabulary import Role
from tests.bot.tiny import now


@dataclass
class Somebody:
    """A person with one account, and the means to let effects happen to them."""

    store: Store
    who: Who

    def does(self, effect: Effect) -> Any:
        def work(connection: Connection) -> Any:
            talk = conversations.find(connection, self.who.person)
            return apply(connection, self.who, effect, talk.but(revision=talk.revision + 1), now())

        return self.store.write_now(work)


def somebody(store: Store, address: str, number: int = 1) -> Somebody:
    arrival = Arrival(ChannelName.TELEGRAM, f"{address}-{number}", address, b"{}")

    def work(connection: Connection) -> Who:
        inbox.take_in(connection, [arrival], now())
        owner = people.find(connection, ChannelName.TELEGRAM, address)
        assert owner is not None
        message = connection.execute(select(func.max(inbox_table.c.id))).scalar_one()
        talk = conversations.find(connection, owner.person)
        return Who(
            person=owner.person,
            account=owner.id,
            channel=ChannelName.TELEGRAM,
            conversation=talk.id,
            message=message,
        )

    return Somebody(store, store.write_now(work))


def owner_of(store: Store, who: Who) -> int:
    query = select(account.c.person_id).where(account.c.id == who.account)
    owner: int = store.read_now(lambda c: c.execute(query).scalar_one())
    return owner


def told(store: Store, person_id: int) -> Sequence[Done]:
    """What waits in the person's lane from the product itself."""
    query = select(inbox_table.c.payload).where(
        inbox_table.c.person_id == person_id, inbox_table.c.channel == "internal"
    )
    return [DONE.validate_json(each) for each in store.read_now(lambda c: c.execute(query).scalars().all())]


def resume_code(one: Somebody) -> str:
    made = one.does(effects.RequestResumeCode())
    assert isinstance(made, Done)
    return str(dict(made.args)["code"])


def test_every_effect_has_an_applier() -> None:
    assert set(APPLIERS) == set(get_args(Effect))


def test_the_newest_consent_of_a_purpose_holds(store: Store) -> None:
    one = somebody(store, "1")

    one.does(effects.RecordConsent(Purpose.ABROAD, "2025-1", True))
    one.does(effects.RecordConsent(Purpose.EVALUATION, "2025-1", True))
    one.does(effects.RecordConsent(Purpose.ABROAD, "2025-1", False))

    def look(connection: Connection) -> tuple[bool, bool, int]:
        person_id = one.who.person
        return (
            consents.holds(connection, person_id, Purpose.EVALUATION),
            consents.holds(connection, person_id, Purpose.ABROAD),
            len(consents.of(connection, person_id)),
        )

    assert store.read_now(look) == (True, False, 3)


def test_a_question_to_the_secretariat_waits_until_it_is_answered_once(store: Store) -> None:
    one, clerk = somebody(store, "1"), somebody(store, "2")

    one.does(effects.AskSecretariat("退休人员能申请吗"))

    (waiting,) = store.read_now(enquiries.waiting)
    assert (waiting.text, waiting.account, waiting.answer) == ("退休人员能申请吗", one.who.account, None)

    def reply(text: str) -> Any:
        return store.write_now(lambda c: enquiries.answer(c, waiting.id, text, clerk.who.person, now()))

    answered = reply("可以")
    assert (answered.answer, answered.answered_by) == ("可以", clerk.who.person)
    assert reply("再答") is None
    assert list(store.read_now(enquiries.waiting)) == []


def test_stop_and_resume_concern_this_account(store: Store) -> None:
    one, other = somebody(store, "1"), somebody(store, "2")

    def opted_out() -> list[bool]:
        query = select(account.c.opted_out_at).order_by(account.c.id)
        return [each is not None for each in store.read_now(lambda c: c.execute(query).scalars().all())]

    one.does(effects.StopMessages())
    assert opted_out() == [True, False]
    one.does(effects.ResumeMessages())
    other.does(effects.StopMessages())
    assert opted_out() == [False, True]


def test_only_the_persons_own_files_are_assigned(store: Store) -> None:
    one, other = somebody(store, "1"), somebody(store, "2")

    def put(who: Who) -> str:
        ends = now() + timedelta(days=1)
        return store.write_now(
            lambda c: attachments.put(c, who.person, "a.pdf", "application/pdf", b"%PDF", now(), expires_at=ends)
        )

    mine, theirs = put(one.who), put(other.who)
    one.does(effects.RecordAttachments("certificate", (mine, theirs)))

    query = select(attachment.c.reference, attachment.c.kind, attachment.c.expires_at)
    rows = {row[0]: (row[1], row[2] is None) for row in store.read_now(lambda c: c.execute(query).all())}
    assert rows == {mine: ("certificate", True), theirs: (None, False)}


def test_a_resume_code_moves_the_account_and_its_messages_into_the_other_conversation(store: Store) -> None:
    begun, fresh = somebody(store, "phone"), somebody(store, "pc")

    outcome = fresh.does(effects.RedeemCode(resume_code(begun)))

    assert outcome == Rehomed(begun.who.person)
    assert owner_of(store, fresh.who) == begun.who.person
    assert [each.key for each in told(store, begun.who.person)] == ["resume.joined"]

    def left(connection: Connection) -> list[int]:
        rows = connection.execute(select(person.c.id)).scalars().all()
        assert connection.execute(select(conversation.c.person_id)).scalars().all() == rows
        assert set(connection.execute(select(inbox_table.c.person_id)).scalars()) == set(rows)
        return list(rows)

    assert store.read_now(left) == [begun.who.person]


def test_a_resume_code_works_once_and_for_ten_minutes(store: Store) -> None:
    begun = somebody(store, "phone")
    code = resume_code(begun)
    somebody(store, "pc").does(effects.RedeemCode(code))

    assert somebody(store, "stranger").does(effects.RedeemCode(code)) == Done("join.unknown")

    late = resume_code(begun)
    stranger = somebody(store, "late")
    found = store.write_now(
        lambda c: codes.redeem(c, late, stranger.who.person, stranger.who.account, now() + timedelta(minutes=11))
    )
    assert found is codes.Refusal.UNKNOWN


def test_the_own_account_has_nothing_to_resume(store: Store) -> None:
    begun = somebody(store, "phone")

    assert begun.does(effects.RedeemCode(resume_code(begun))) == Done("resume.here_already")


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.LEAD])
def test_a_role_never_moves_to_whoever_made_the_code(store: Store, role: Role) -> None:
    begun, clerk = somebody(store, "phone"), somebody(store, "clerk")
    store.write_now(lambda c: roles.grant(c, clerk.who.person, role, now()))

    assert clerk.does(effects.RedeemCode(resume_code(begun))) == Done("resume.own_records")
    assert owner_of(store, clerk.who) == clerk.who.person
    assert list(store.read_now(lambda c: roles.of(c, begun.who.person))) == []


def test_a_person_with_another_account_stays(store: Store) -> None:
    begun, fresh, tablet = somebody(store, "phone"), somebody(store, "pc"), somebody(store, "tablet")
    tablet.does(effects.RedeemCode(resume_code(fresh)))

    fresh.does(effects.RedeemCode(resume_code(begun)))

    assert owner_of(store, fresh.who) == begun.who.person
    assert owner_of(store, tablet.who) == fresh.who.person


def test_the_product_never_stores_a_code_in_clear(store: Store) -> None:
    code = resume_code(somebody(store, "phone")).replace("-", "").encode()

    def look(connection: Connection) -> bytes:
        raw = connection.exec_driver_sql("SELECT digest FROM code").scalars().all()
        return b"".join(bytes(each) for each in raw)

    assert code not in store.read_now(look)
