"""The transcript of an account, on both databases."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import ChannelName
from bot.channels.web import Post, WebChannel
from bot.store import attachments, inbox, links, outbox, people, transcripts
from bot.store.outbox import Outgoing
from bot.store.states import InboxStatus, Kind
from bot.store.store import Store
from bot.store.transcripts import Said, Shown
from dialogs.cards import Card, Line
from domain.vocabulary import Language

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SESSION = "a-session"


def card(text: str) -> Card:
    return Card(lines=(Line(key="plain", args={"text": text}),))


def put_card(store: Store, text: str, *, cause: int | None = None, due: int = 0, expires: int | None = None) -> int:
    def put(connection: inbox.Connection) -> int:
        owner = people.find_or_make(connection, [(ChannelName.WEB, SESSION)], START)[ChannelName.WEB, SESSION]
        outgoing = Outgoing(
            account=owner.id,
            channel=ChannelName.WEB,
            language=Language.ZH,
            card=card(text),
            kind=Kind.REPLY if cause else Kind.NOTICE,
            cause=cause,
            due_at=START + timedelta(minutes=due),
            expires_at=None if expires is None else START + timedelta(minutes=expires),
        )
        return outbox.put(connection, [outgoing], START)[0]

    return store.write_now(put)


def put_words(store: Store, number: int) -> int:
    post = Post(session=SESSION, id=f"post-{number}", text=str(number))
    at = START + timedelta(seconds=number)
    store.write_now(lambda connection: inbox.take_in(connection, [post.arrival()], at))
    found = read(store)
    return max(each.id for each in found if isinstance(each, Said))


def read(store: Store, minutes: int = 10, limit: int = 50) -> list[Said | Shown]:
    now = START + timedelta(minutes=minutes)
    found = store.read_now(lambda connection: transcripts.of_address(connection, SESSION, now, limit=limit))
    assert found is not None
    return list(found.entries)


def words(entries: list[Said | Shown]) -> list[str]:
    return [
        str(each.card.lines[0].args["text"]) if isinstance(each, Shown) else f"me {each.external_id[-1]}"
        for each in entries
    ]


def test_a_stranger_has_no_transcript(store: Store) -> None:
    assert store.read_now(lambda connection: transcripts.of_address(connection, "nobody", START, limit=5)) is None


def test_each_answer_stands_after_what_it_answers(store: Store) -> None:
    first, second = put_words(store, 1), put_words(store, 2)
    put_card(store, "to 2", cause=second)
    put_card(store, "to 1", cause=first)

    assert words(read(store)) == ["me 1", "to 1", "me 2", "to 2"]


def test_a_notice_shows_when_it_is_due_and_not_after_its_time(store: Store) -> None:
    put_card(store, "later", due=5)
    put_card(store, "gone", expires=1)

    assert words(read(store, minutes=2)) == []
    assert words(read(store, minutes=6)) == ["later"]


def test_what_was_fetched_stays_and_is_not_fetched_again(store: Store) -> None:
    put_card(store, "hello", expires=3)
    found = read(store, minutes=1)
    store.write_now(lambda connection: transcripts.fetched(connection, [each.id for each in found], START))
    later = read(store, minutes=60)

    assert [each.fetched for each in later if isinstance(each, Shown)] == [True]


def test_the_end_of_a_long_talk_says_that_there_is_more(store: Store) -> None:
    for number in range(1, 6):
        put_words(store, number)
    found = store.read_now(lambda connection: transcripts.of_address(connection, SESSION, START, limit=3))
    assert found is not None
    before = found.entries[0].at
    older = store.read_now(
        lambda connection: transcripts.of_address(connection, SESSION, START, limit=3, before=before)
    )

    assert found.more
    assert words(list(found.entries)) == ["me 3", "me 4", "me 5"]
    assert older is not None
    assert words(list(older.entries)) == ["me 1", "me 2"]
    assert not older.more


def test_a_message_is_known_by_the_browsers_name_for_it(store: Store) -> None:
    put_words(store, 1)

    assert (
        store.read_now(lambda connection: transcripts.status_of(connection, f"{SESSION}:post-1")) is InboxStatus.WAITING
    )
    assert store.read_now(lambda connection: transcripts.status_of(connection, f"{SESSION}:post-2")) is None


def test_a_link_can_be_used_once_and_is_forgotten_when_it_is_old(store: Store) -> None:
    soon, late = START + timedelta(hours=1), START + timedelta(hours=2)

    assert store.write_now(lambda connection: links.use(connection, "link", START, soon))
    assert not store.write_now(lambda connection: links.use(connection, "link", START, soon))
    assert store.write_now(lambda connection: links.use(connection, "other", START, soon))
    # Its signature is too old by then; the row is only in the way.
    assert store.write_now(lambda connection: links.use(connection, "link", late, late))


def test_a_file_is_its_owners_until_it_expires(store: Store) -> None:
    put_words(store, 1)

    def keep(connection: inbox.Connection) -> str:
        owner = people.find(connection, ChannelName.WEB, SESSION)
        assert owner is not None
        expires = START + timedelta(hours=1)
        return attachments.put(connection, owner.person, "a.xlsx", "application/zip", b"PK", START, expires_at=expires)

    reference = store.write_now(keep)
    stranger = store.write_now(
        lambda connection: people.find_or_make(connection, [(ChannelName.WEB, "other")], START)[
            ChannelName.WEB, "other"
        ]
    )
    owner = store.read_now(lambda connection: people.find(connection, ChannelName.WEB, SESSION))
    assert owner is not None

    def found(account: int, at: datetime) -> links.StoredFile | None:
        return store.read_now(lambda connection: links.file_of(connection, account, reference, at))

    assert found(owner.id, START) == links.StoredFile("a.xlsx", "application/zip", b"PK")
    assert found(stranger.id, START) is None
    assert found(owner.id, START + timedelta(hours=2)) is None


@given(st.binary(max_size=200))
def test_no_payload_makes_the_channel_fail(payload: bytes) -> None:
    WebChannel().read(payload)


@given(text=st.text(max_size=300), press=st.sampled_from(["", "A" * 35]))
def test_what_was_posted_is_read_as_it_was_said(text: str, press: str) -> None:
    arrival = Post(session=SESSION, id="post-1", text=text, press=press).arrival()
    message = WebChannel().read(arrival.payload)

    assert message.sender == arrival.sender == SESSION
    assert message.press_token == press
    assert (message.event is None) == bool(press)
