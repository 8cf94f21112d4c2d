import json
import logging
from dataclasses import replace

import pytest

from bot.channels.base import (
    Later,
    Moved,
    NotSent,
    Refused,
    RemoteFile,
    Sent,
    Shipment,
    Unknown,
    Unreachable,
)
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_api import TelegramApi
from bot.channels.telegram_errors import ApiError
from bot.errors import FileGoneError, FileTooLargeError
from dialogs.cards import Card, Choice, Document, Line
from domain.vocabulary import Language
from tests.peers.telegram_server import Fault, Person, TelegramServer

FILE = Document(reference="r", name="附件3 推荐表.xlsx", media_type="application/vnd.ms-excel")


def card(text: str = "您的学历？", **more: object) -> Card:
    choices = (Choice(id="bachelor", label=Line(key="plain", args={"text": "本科"})),)
    line = Line(key="plain", args={"text": text})
    return Card.model_validate({"lines": (line,), "choices": choices, "subject": "degree", "opening": 3} | more)


def to(person: Person, what: Card | None = None, **more: object) -> Shipment:
    shipment = Shipment(str(person.id), what or card(), Language.ZH, "00ff" * 4)
    return replace(shipment, **more)  # type: ignore[arg-type]


@pytest.fixture
def person(server: TelegramServer) -> Person:
    return server.person(42, started=True)


async def test_a_card_arrives_with_its_buttons(channel: TelegramChannel, person: Person) -> None:
    result = await channel.send(to(person))

    seen = person.wait_for_message()
    assert result == Sent(str(seen.message_id))
    assert seen.text == "您的学历？"
    assert [button.text for button in seen.buttons] == ["本科"]


async def test_nothing_in_a_text_means_anything(channel: TelegramChannel, person: Person) -> None:
    await channel.send(to(person, card("<b>王</b> *_[x](http://e.org)_* {y}")))

    assert person.wait_for_message().text == "<b>王</b> *_[x](http://e.org)_* {y}"


async def test_a_document_arrives_under_its_name(channel: TelegramChannel, person: Person) -> None:
    result = await channel.send(to(person, card("请查收。", document=FILE), file=b"PK\3\4"))

    seen = person.wait_for_message()
    assert result == Sent(str(seen.message_id))
    assert (seen.file_name, seen.text) == (FILE.name, "请查收。")
    assert person.download(seen) == b"PK\3\4"
    assert [button.text for button in seen.buttons] == ["本科"]


async def test_no_file_name_breaks_out_of_its_form(channel: TelegramChannel, person: Person) -> None:
    document = FILE.model_copy(update={"name": '甲"乙\r\nX: y\\丙.xlsx'})

    await channel.send(to(person, card("", document=document), file=b"\r\n--PK\0"))

    seen = person.wait_for_message()
    assert seen.file_name == "甲'乙  X: y_丙.xlsx"
    assert person.download(seen) == b"\r\n--PK\0"


async def test_a_document_without_its_content_is_refused(channel: TelegramChannel, person: Person) -> None:
    assert isinstance(await channel.send(to(person, card(document=FILE))), Refused)


async def test_an_edit_changes_the_message_in_place(channel: TelegramChannel, person: Person) -> None:
    sent = await channel.send(to(person))
    assert isinstance(sent, Sent)

    edited = await channel.send(to(person, card("改好了。", choices=()), edits=sent.message_id))

    assert edited == sent
    (seen,) = person.received
    assert (seen.text, seen.buttons, seen.edits) == ("改好了。", (), 1)


async def test_an_edit_that_changes_nothing_counts_as_sent(channel: TelegramChannel, person: Person) -> None:
    sent = await channel.send(to(person))
    assert isinstance(sent, Sent)

    assert await channel.send(to(person, edits=sent.message_id)) == sent


async def test_an_edit_of_a_message_that_is_gone_becomes_a_new_one(channel: TelegramChannel, person: Person) -> None:
    result = await channel.send(to(person, edits="99999"))

    assert result == Sent(str(person.wait_for_message().message_id))


async def test_a_card_that_asks_for_the_number_is_never_an_edit(channel: TelegramChannel, person: Person) -> None:
    first = await channel.send(to(person))
    assert isinstance(first, Sent)

    await channel.send(to(person, card(ask_contact=True), edits=first.message_id))

    assert person.received[-1].keyboard[0][0].asks_contact


async def test_sharing_the_number_is_read_as_the_persons_own(
    server: TelegramServer, channel: TelegramChannel, api: TelegramApi
) -> None:
    person = server.person(43, phone="8613800000000", started=True)
    await channel.send(to(person, card(ask_contact=True)))

    person.press(person.wait_for_message().keyboard[0][0].text)

    updates = await api.call("getUpdates", {"timeout": 0})
    assert isinstance(updates, list)
    event = channel.read(json.dumps(updates[-1]).encode()).event
    assert type(event).__name__ == "SharedContact"
    assert getattr(event, "phone", "") == "+8613800000000"


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        (Fault.RESET_BEFORE, Unknown),
        (Fault.RESET_AFTER, Unknown),
        (Fault.SERVER_ERROR, Unknown),
        (Fault.BAD_GATEWAY, Unknown),
    ],
)
async def test_a_request_that_left_and_came_to_nothing_is_uncertain(
    fault: Fault, result: type, server: TelegramServer, channel: TelegramChannel, person: Person
) -> None:
    server.fail_next(fault, "sendMessage")

    assert isinstance(await channel.send(to(person)), result)


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.BAD_GATEWAY])
async def test_an_edit_that_came_to_nothing_may_be_repeated(
    fault: Fault, server: TelegramServer, channel: TelegramChannel, person: Person
) -> None:
    sent = await channel.send(to(person))
    assert isinstance(sent, Sent)
    server.fail_next(fault, "editMessageText")
    edit = to(person, card("改好了。"), edits=sent.message_id)

    assert isinstance(await channel.send(edit), NotSent)
    assert await channel.send(edit) == sent


async def test_without_a_server_nothing_was_sent(person: Person) -> None:
    channel = TelegramChannel(TelegramApi("1:x", "http://127.0.0.1:1/bot"), b"k")

    assert isinstance(await channel.send(to(person)), NotSent)


async def test_who_blocked_the_bot_is_unreachable(channel: TelegramChannel, person: Person) -> None:
    person.block_bot()

    result = await channel.send(to(person))

    assert isinstance(result, Unreachable)
    assert "blocked" in result.reason


async def test_who_never_wrote_is_unreachable(channel: TelegramChannel, person: Person) -> None:
    assert isinstance(await channel.send(replace(to(person), address="4711")), Unreachable)


async def test_a_wrong_token_loses_no_message(server: TelegramServer, person: Person) -> None:
    api = TelegramApi("1:wrong", server.base_url)

    assert isinstance(await TelegramChannel(api, b"k").send(to(person)), NotSent)
    await api.close()


async def test_a_flood_is_told_with_its_wait(server: TelegramServer, channel: TelegramChannel, person: Person) -> None:
    server.limits(enabled=True, chat_burst=1.0)
    await channel.send(to(person))

    result = await channel.send(to(person))

    assert isinstance(result, Later)
    assert result.seconds >= 1


async def test_a_group_that_moved_names_its_new_address(
    server: TelegramServer, channel: TelegramChannel, person: Person
) -> None:
    group = server.group(-77)
    group.migrate(-1_001_234_567_890, person)

    result = await channel.send(replace(to(person), address="-77"))

    assert result == Moved("-1001234567890")


async def test_too_long_a_text_is_refused_and_its_parts_are_not(channel: TelegramChannel, person: Person) -> None:
    long = card("隧道施工。" * 1_000)

    assert isinstance(await channel.send(to(person, long)), Refused)
    for part in channel.parts(long, Language.ZH):
        assert isinstance(await channel.send(to(person, part)), Sent)
    shown = person.received
    assert "".join(message.text for message in shown) == "隧道施工。" * 1_000
    assert [len(message.buttons) for message in shown] == [0, 1]


async def test_a_press_is_acknowledged(server: TelegramServer, channel: TelegramChannel, person: Person) -> None:
    await channel.send(to(person))
    query = person.press("本科")

    await channel.acknowledge(query)

    assert [toast.query_id for toast in person.toasts] == [query]


async def test_an_acknowledgement_too_late_harms_nothing(server: TelegramServer, channel: TelegramChannel) -> None:
    await channel.acknowledge("12345")

    assert len(server.requests("answerCallbackQuery")) == 1


async def remote(api: TelegramApi, channel: TelegramChannel) -> RemoteFile:
    updates = await api.call("getUpdates", {"timeout": 0})
    assert isinstance(updates, list)
    (file,) = channel.read(json.dumps(updates[-1]).encode()).files
    return file


async def test_a_file_is_fetched(api: TelegramApi, channel: TelegramChannel, person: Person) -> None:
    person.send_document(b"%PDF-1.7 " * 50_000, "证书.pdf")

    file = await remote(api, channel)

    assert file.name == "证书.pdf"
    assert await channel.fetch(file, 1_000_000) == b"%PDF-1.7 " * 50_000


@pytest.mark.parametrize("told", [True, False])
async def test_a_file_over_the_limit_is_not_fetched(
    told: bool, api: TelegramApi, channel: TelegramChannel, person: Person
) -> None:
    person.send_document(b"x" * 2_000, "a.pdf")
    file = await remote(api, channel)

    with pytest.raises(FileTooLargeError):
        await channel.fetch(file if told else replace(file, size=None), 1_000)


async def test_a_file_nobody_has_any_more_is_gone(channel: TelegramChannel) -> None:
    with pytest.raises(FileGoneError):
        await channel.fetch(RemoteFile("no-such-file"), 1_000)


async def test_fetching_survives_a_broken_connection(
    server: TelegramServer, api: TelegramApi, channel: TelegramChannel, person: Person
) -> None:
    person.send_document(b"abc", "a.pdf")
    file = await remote(api, channel)
    server.fail_next(Fault.RESET_BEFORE, "getFile")

    assert await channel.fetch(file, 1_000) == b"abc"


async def test_the_token_shows_in_no_error_and_no_log_line(
    server: TelegramServer, api: TelegramApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.fail_next(Fault.RESET_BEFORE, "getMe")
    told: list[str] = []
    for _ in range(2):
        try:
            await api.call("getMe" if not told else "noSuchMethod", {})
        except Exception as error:
            told.append(f"{error!r} {error.__cause__!r}")

    assert len(told) == 2
    assert server.token not in "".join(told) + caplog.text


async def test_what_is_not_the_bot_apis_answer_is_told_apart(server: TelegramServer) -> None:
    api = TelegramApi("x", f"http://127.0.0.1:{server.port}/elsewhere/bot")

    with pytest.raises(ApiError) as refused:
        await api.call("getMe", {})

    assert refused.value.status == 404
    await api.close()
