"""The emulator as python-telegram-bot's client sees it: methods, wordings, people."""

import asyncio
import datetime
import struct
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.request import HTTPXRequest

from tests.peers.telegram_people import Attachment, NoSuchButtonError, NothingCameError
from tests.peers.telegram_server import TOKEN, Fault, Person, TelegramServer

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 480) + b"\0" * 400


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer(speed=20) as running:
        yield running


@pytest.fixture
async def bot(server: TelegramServer) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(TOKEN, base_url=server.base_url, base_file_url=server.base_file_url) as client:
        yield client


@pytest.fixture
def engineer(server: TelegramServer) -> Person:
    return server.person(42, "王芳", started=True)


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(label, callback_data=f"d:{label}")] for label in labels])


async def newest(bot: telegram.Bot) -> telegram.Update:
    """The newest update, all others confirmed."""
    updates = await bot.get_updates(offset=-1, timeout=10)
    return updates[-1]


async def test_the_bot_knows_itself(bot: telegram.Bot) -> None:
    assert (bot.id, bot.first_name) == (7000000001, "互认通")


async def test_a_message_goes_out_formatted_and_is_seen(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_message(42, "<b>您好</b> &amp; 欢迎", parse_mode="HTML", reply_markup=keyboard("开始"))

    seen = engineer.wait_for_message()
    assert (seen.text, seen.message_id, [button.text for button in seen.buttons]) == (
        "您好 & 欢迎",
        sent.message_id,
        ["开始"],
    )
    assert sent.entities[0].type == "bold"
    assert sent.reply_markup == keyboard("开始")


async def test_an_edit_changes_what_is_seen_and_takes_the_buttons_away(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_message(42, "问题一", reply_markup=keyboard("是", "否"))
    await bot.edit_message_text("问题二", 42, sent.message_id)

    [seen] = engineer.received
    assert (seen.text, seen.buttons, seen.edits) == ("问题二", (), 1)


async def test_an_edit_of_buttons_leaves_the_text(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_message(42, "问题一", reply_markup=keyboard("是"))
    await bot.edit_message_reply_markup(42, sent.message_id, reply_markup=keyboard("否"))

    [seen] = engineer.received
    assert (seen.text, [button.text for button in seen.buttons]) == ("问题一", ["否"])


async def test_an_edit_without_change_is_refused(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_message(42, "同一句", reply_markup=keyboard("是"))

    with pytest.raises(BadRequest) as refused:
        await bot.edit_message_text("同一句", 42, sent.message_id, reply_markup=keyboard("是"))

    assert refused.value.message == (
        "Message is not modified: specified new message content and reply markup are exactly the same as a current "
        "content and reply markup of the message"
    )


async def test_a_deleted_message_is_gone_and_cannot_be_edited(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_message(42, "请稍候")
    await bot.delete_message(42, sent.message_id)

    assert engineer.messages == []
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("好了", 42, sent.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(42, sent.message_id)


async def test_a_person_s_own_message_cannot_be_edited_by_the_bot(bot: telegram.Bot, engineer: Person) -> None:
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("改", 42, engineer.say("原文"))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "Message text is empty"),
        (" \n ", "Text must be non-empty"),
        ("工" * 4097, "Message is too long"),
        ("👍" * 2049, "Message is too long"),
    ],
)
async def test_a_text_out_of_bounds_is_refused(bot: telegram.Bot, engineer: Person, text: str, complaint: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(42, text)

    assert refused.value.message == complaint
    assert engineer.messages == []


async def test_a_text_of_4096_characters_after_parsing_passes(bot: telegram.Bot, engineer: Person) -> None:
    await bot.send_message(42, "<b>" + "工" * 4096 + "</b>", parse_mode="HTML")

    assert len(engineer.wait_for_message().text) == 4096


async def test_broken_html_is_refused_by_its_byte(bot: telegram.Bot, engineer: Person) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(42, "年限 <5 年", parse_mode="HTML")

    assert refused.value.message == 'Can\'t parse entities: unsupported start tag "5" at byte offset 7'


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        (InlineKeyboardMarkup([[InlineKeyboardButton("是", callback_data="学" * 22)]]), "Button_data_invalid"),
        (
            InlineKeyboardMarkup([[InlineKeyboardButton("是")]]),
            "Can't parse inline keyboard button: text buttons are unallowed in the inline keyboard",
        ),
        (
            InlineKeyboardMarkup([[InlineKeyboardButton("是", url="javascript:1")]]),
            "Inline keyboard button url 'javascript:1' is invalid: wrong http url",
        ),
        (keyboard(*(str(n) for n in range(101))), "Reply markup is too long"),
    ],
)
async def test_a_keyboard_telegram_cannot_show_is_refused(
    bot: telegram.Bot, engineer: Person, markup: InlineKeyboardMarkup, complaint: str
) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(42, "选择", reply_markup=markup)

    assert refused.value.message.lower() == complaint.lower()


async def test_a_stranger_cannot_be_written_to_until_they_wrote(server: TelegramServer, bot: telegram.Bot) -> None:
    stranger = server.person(77)
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(77, "您好")
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(123456, "您好")
    stranger.say("/start")

    await bot.send_message(77, "您好")

    assert stranger.wait_for_message().text == "您好"


async def test_who_blocked_the_bot_gets_nothing_until_unblocked(bot: telegram.Bot, engineer: Person) -> None:
    engineer.block_bot()
    with pytest.raises(Forbidden, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(42, "通知")
    blocked = (await newest(bot)).my_chat_member
    assert blocked is not None
    assert (blocked.old_chat_member.status, blocked.new_chat_member.status) == ("member", "kicked")

    engineer.unblock_bot()

    await bot.send_message(42, "通知")
    assert engineer.wait_for_message().text == "通知"


async def test_a_deleted_account_is_told_apart(bot: telegram.Bot, engineer: Person) -> None:
    engineer.deactivate()

    with pytest.raises(Forbidden, match="Forbidden: user is deactivated"):
        await bot.send_message(42, "通知")


async def test_a_press_arrives_and_its_acknowledgement_pops_up(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_message(42, "确认？", reply_markup=keyboard("是", "否"))
    query_id = engineer.press("否")
    query = (await newest(bot)).callback_query
    assert query is not None
    assert (query.id, query.data, query.from_user.id) == (query_id, "d:否", 42)
    assert query.message is not None
    assert query.message.message_id == sent.message_id

    await query.answer("已收到", show_alert=True)

    [toast] = engineer.toasts
    assert (toast.text, toast.show_alert, toast.query_id) == ("已收到", True, query_id)


async def test_a_press_acknowledged_too_late_is_refused(server: TelegramServer, bot: telegram.Bot) -> None:
    engineer = server.person(42, started=True)
    await bot.send_message(42, "确认？", reply_markup=keyboard("是"))
    server.query_lifetime(0)
    query_id = engineer.press("是")

    for identifier in (query_id, "12345"):
        with pytest.raises(BadRequest) as refused:
            await bot.answer_callback_query(identifier)
        assert refused.value.message == "Query is too old and response timeout expired or query id is invalid"


async def test_only_what_is_on_the_screen_can_be_pressed(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_message(42, "确认？", reply_markup=keyboard("是"))
    await bot.edit_message_text("完成", 42, sent.message_id)

    with pytest.raises(NoSuchButtonError):
        engineer.press("是")
    engineer.press_data("d:是", sent.message_id)

    query = (await newest(bot)).callback_query
    assert query is not None
    assert query.data == "d:是"


async def test_a_press_on_a_deleted_message_carries_an_inaccessible_one(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_message(42, "确认？", reply_markup=keyboard("是"))
    await bot.delete_message(42, sent.message_id)
    engineer.press_data("d:是", sent.message_id)

    query = (await newest(bot)).callback_query
    assert query is not None
    assert query.message is not None
    assert not query.message.is_accessible


async def test_a_press_sent_again_has_the_same_query_and_another_update(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_message(42, "确认？", reply_markup=keyboard("是"))
    query_id = engineer.press("是")
    engineer.repeat_press(query_id, "d:是", sent.message_id)

    first, second = await bot.get_updates(timeout=10)

    assert first.update_id != second.update_id
    assert first.callback_query is not None
    assert second.callback_query is not None
    assert first.callback_query.id == second.callback_query.id


async def test_a_reply_keyboard_writes_text_and_shares_the_contact(bot: telegram.Bot, engineer: Person) -> None:
    keys = ReplyKeyboardMarkup([["继续"], [KeyboardButton("分享手机号", request_contact=True)]])
    sent = await bot.send_message(42, "请选择", reply_markup=keys)
    engineer.press("继续")
    engineer.press("分享手机号")

    said, shared = (update.message for update in await bot.get_updates(timeout=10))

    assert said is not None
    assert said.text == "继续"
    assert shared is not None
    assert shared.contact is not None
    assert (shared.contact.user_id, shared.contact.phone_number[:3]) == (42, "+86")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", 42, sent.message_id)


async def test_every_kind_of_message_is_one_the_client_understands(bot: telegram.Bot, engineer: Person) -> None:
    engineer.say("/start abc")
    engineer.send_document(b"%PDF-1.7", "证书.pdf", caption="证书")
    engineer.send_photo(PNG)
    engineer.send_voice()
    engineer.send_video()
    engineer.send_sticker()
    engineer.send_location()
    engineer.share_contact("+6591234567", of=0)
    engineer.edit(1, "/start abd")

    updates = await bot.get_updates(timeout=10)

    messages = [update.effective_message for update in updates]
    kinds = [telegram.helpers.effective_message_type(message) for message in messages if message]
    assert kinds == ["text", "document", "photo", "voice", "video", "sticker", "location", "contact", "text"]
    assert updates[0].message is not None
    assert updates[0].message.entities[0].type == "bot_command"
    assert updates[2].message is not None
    assert [(size.width, size.height) for size in updates[2].message.photo] == [(90, 67), (640, 480)]
    assert updates[7].message is not None
    assert updates[7].message.contact is not None
    assert updates[7].message.contact.user_id is None
    assert updates[8].edited_message is not None
    assert updates[8].edited_message.text == "/start abd"


async def test_an_album_is_several_messages_of_one_group(bot: telegram.Bot, engineer: Person) -> None:
    engineer.album(Attachment("photo", PNG, caption="两张"), Attachment("photo", PNG))
    engineer.album(Attachment("document", b"x", "a.pdf"), Attachment("document", b"y", "b.pdf"))

    groups = [update.message.media_group_id for update in await bot.get_updates(timeout=10) if update.message]

    assert groups[0] == groups[1] != groups[2] == groups[3]


async def test_files_go_up_and_come_down_unchanged(bot: telegram.Bot, engineer: Person) -> None:
    data = bytes(range(256)) * 300
    sent = await bot.send_document(42, data, caption="附件3", filename="附件3.xlsx")
    seen = engineer.wait_for_message()
    assert (seen.file_name, seen.text, engineer.download(seen)) == ("附件3.xlsx", "附件3", data)
    assert sent.document is not None

    again = await bot.send_document(42, sent.document.file_id)
    remote = await bot.get_file(sent.document.file_id)

    assert again.document is not None
    assert again.document.file_unique_id == sent.document.file_unique_id
    assert bytes(await remote.download_as_bytearray()) == data


async def test_photos_are_pictures(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_photo(42, PNG, caption="项目")
    assert sent.photo[-1].width == 640
    with pytest.raises(BadRequest, match=r"(?i)image_process_failed"):
        await bot.send_photo(42, b"not a picture")


async def test_bad_files_are_refused(server: TelegramServer, bot: telegram.Bot, engineer: Person) -> None:
    engineer.send_document(b"0" * (20 * 2**20 + 1), "film.mp4")
    update = await newest(bot)
    assert update.message is not None
    assert update.message.document is not None

    with pytest.raises(BadRequest, match="File is too big"):
        await bot.get_file(update.message.document.file_id)
    with pytest.raises(BadRequest, match=r"^Invalid file_id$"):
        await bot.get_file("nonsense")
    with pytest.raises(BadRequest, match="(?i)wrong file identifier/HTTP URL specified"):
        await bot.send_document(42, "nonsense")
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(42, b"")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_document(42, b"x", caption="工" * 1025)


async def test_a_reply_names_a_message_that_is_there(bot: telegram.Bot, engineer: Person) -> None:
    said = engineer.say("问题")
    sent = await bot.send_message(42, "回答", reply_parameters=telegram.ReplyParameters(said))
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "问题"
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(42, "回答", reply_parameters=telegram.ReplyParameters(9999))


async def test_the_profile_is_kept_per_language(server: TelegramServer, bot: telegram.Bot, engineer: Person) -> None:
    await bot.set_my_commands([("start", "开始")])
    await bot.set_my_commands([("start", "begin")], language_code="en")
    await bot.set_my_description("采集")
    await bot.set_my_short_description("短")
    await bot.set_my_name("互认通")
    await bot.set_chat_menu_button(menu_button=telegram.MenuButtonCommands())
    await bot.send_chat_action(42, "typing")

    assert [command.description for command in await bot.get_my_commands()] == ["开始"]
    assert [command.description for command in await bot.get_my_commands(language_code="en")] == ["begin"]
    assert (await bot.get_my_description()).description == "采集"
    assert (await bot.get_my_short_description()).short_description == "短"
    assert (await bot.get_my_name()).name == "互认通"
    assert isinstance(await bot.get_chat_menu_button(), telegram.MenuButtonCommands)
    await bot.delete_my_commands(language_code="en")
    assert await bot.get_my_commands(language_code="en") == ()
    assert (await bot.get_chat(42)).first_name == "王芳"


async def test_a_wrong_token_and_an_unknown_method_are_refused(server: TelegramServer, bot: telegram.Bot) -> None:
    async with httpx.AsyncClient() as client:
        wrong = await client.get(f"{server.base_url}1:wrong/getMe")
        malformed = await client.get(f"{server.base_url}wrong/getMe")
        unknown = await client.get(f"{server.base_url}{TOKEN}/noSuchMethod")
        anyhow = await client.get(f"{server.base_url}{TOKEN}/GETme")

    assert wrong.json() == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert malformed.json() == {"ok": False, "error_code": 404, "description": "Not Found"}
    assert unknown.status_code == 404
    assert anyhow.json()["result"]["is_bot"] is True
    async with HTTPXRequest() as request:
        with pytest.raises(InvalidToken):
            await request.post(f"{server.base_url}1:wrong/getMe")


async def test_json_bodies_and_query_strings_are_read_too(server: TelegramServer, engineer: Person) -> None:
    markup = {"inline_keyboard": [[{"text": "是", "callback_data": "y"}]]}
    async with httpx.AsyncClient(base_url=server.base_url + TOKEN) as client:
        await client.post("/sendMessage", json={"chat_id": 42, "text": "一", "reply_markup": markup})
        await client.get("/sendMessage", params={"chat_id": 42, "text": "二"})
        broken = await client.post("/sendMessage", content=b"{", headers={"Content-Type": "application/json"})

    assert [message.text for message in engineer.received] == ["一", "二"]
    assert engineer.received[0].button("y") is not None
    assert broken.status_code == 400


async def test_a_group_has_members_and_becomes_a_supergroup(server: TelegramServer, bot: telegram.Bot) -> None:
    engineer = server.person(42)
    group = server.group(-500)
    group.say(engineer, "大家好")
    await bot.send_message(-500, "欢迎", reply_markup=keyboard("是"))
    group.migrate(-1001234567890, engineer)

    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(-500, "还在吗")
    await bot.send_message(-1001234567890, "新群")

    assert moved.value.new_chat_id == -1001234567890
    services = [update.message for update in await bot.get_updates(timeout=10) if update.message]
    assert services[1].migrate_to_chat_id == -1001234567890
    assert services[2].migrate_from_chat_id == -500
    group.kick_bot()


async def test_two_tokens_are_two_bots(engineer: Person) -> None:
    with TelegramServer(tokens=(TOKEN, "8:other")) as server:
        mine, other = server.person(42), server.person(42, token="8:other")
        mine.say("给甲")
        other.say("给乙")
        async with telegram.Bot("8:other", base_url=server.base_url) as bot:
            [update] = await bot.get_updates()

    assert update.message is not None
    assert update.message.text == "给乙"


async def test_waiting_ends_with_what_is_on_the_screen(bot: telegram.Bot, engineer: Person) -> None:
    await bot.send_message(42, "第一问")

    with pytest.raises(NothingCameError, match="第一问"):
        engineer.wait_for_text("第二问", timeout=0.1)


async def test_waiting_sees_an_edit_that_comes_later(bot: telegram.Bot, engineer: Person) -> None:
    sent = await bot.send_message(42, "第一问")
    waiting = asyncio.create_task(asyncio.to_thread(engineer.wait_for_text, "第二问"))
    await asyncio.sleep(0.05)
    await bot.edit_message_text("第二问", 42, sent.message_id)

    assert (await waiting).message_id == sent.message_id


async def test_quiet_is_when_everything_was_fetched_and_nothing_moves(bot: telegram.Bot, engineer: Person) -> None:
    engineer.say("在吗")
    with pytest.raises(NothingCameError):
        engineer.wait_quiet(0.05, timeout=0.2)
    update = await newest(bot)
    await bot.get_updates(offset=update.update_id + 1)

    engineer.wait_quiet(0.05, timeout=2)


async def test_limits_answer_429_with_the_seconds_to_wait(
    server: TelegramServer, bot: telegram.Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    server.limits(enabled=True, chat_burst=1, chat_rate=0.01)
    server.person(42, started=True)
    await bot.send_message(42, "一")

    with pytest.raises(RetryAfter) as refused:
        await bot.send_message(42, "二")

    assert isinstance(refused.value.retry_after, datetime.timedelta)
    assert 95 <= refused.value.retry_after.total_seconds() <= 100
    assert server.statistics()["limits"]["refused_chat"] == 1


@pytest.mark.parametrize(
    ("fault", "delivered"),
    [
        (Fault.SERVER_ERROR, 0),
        (Fault.BAD_GATEWAY, 0),
        (Fault.RESET_BEFORE, 0),
        (Fault.RESET_AFTER, 1),
    ],
)
async def test_a_fault_fails_the_call_and_only_the_last_kind_delivers(
    server: TelegramServer, bot: telegram.Bot, engineer: Person, fault: Fault, delivered: int
) -> None:
    server.fail_next(fault, "sendMessage")
    await bot.send_chat_action(42, "typing")

    with pytest.raises(NetworkError):
        await bot.send_message(42, "通知")

    assert len(engineer.received) == delivered
    await bot.send_message(42, "通知")
    assert len(engineer.received) == delivered + 1
    assert server.statistics()["faults"] == {fault.value: 1}


async def test_faults_by_chance_come_at_the_share_asked_for(server: TelegramServer, bot: telegram.Bot) -> None:
    server.faults(server_error=0.5, only=["sendMessage"])
    server.crowd(1000, 200)
    outcomes = []
    for user_id in range(1000, 1200):
        try:
            await bot.send_message(user_id, "通知")
            outcomes.append(True)
        except NetworkError:
            outcomes.append(False)

    assert 60 < sum(outcomes) < 140
    await bot.get_me()


async def test_a_share_of_people_has_blocked_the_bot_for_good(server: TelegramServer, bot: telegram.Bot) -> None:
    server.faults(blocked=0.3)
    server.crowd(1000, 100)

    async def refusing() -> set[int]:
        refused = set()
        for user_id in range(1000, 1100):
            try:
                await bot.send_message(user_id, "通知")
            except Forbidden:
                refused.add(user_id)
        return refused

    first = await refusing()
    assert 15 < len(first) < 45
    assert await refusing() == first


async def test_slow_answers_are_slow(server: TelegramServer, bot: telegram.Bot, engineer: Person) -> None:
    server.faults(latency_ms=120)
    loop = asyncio.get_running_loop()
    start = loop.time()
    await bot.send_message(42, "通知")

    assert loop.time() - start >= 0.12


async def test_every_request_is_on_record(server: TelegramServer, bot: telegram.Bot, engineer: Person) -> None:
    await bot.send_message(42, "一")
    with pytest.raises(BadRequest):
        await bot.send_message(43, "二")

    records = server.requests("sendMessage")
    assert [(record["chat_id"], record["status"]) for record in records] == [(42, 200), (43, 400)]
    assert records[0]["arrived_at"] <= records[1]["arrived_at"]
    assert server.statistics()["methods"] == {"getme": 1, "sendmessage": 2}


async def test_one_poller_at_a_time(server: TelegramServer, bot: telegram.Bot) -> None:
    async with telegram.Bot(TOKEN, base_url=server.base_url) as rival:
        first = asyncio.create_task(bot.get_updates(timeout=50))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(rival.get_updates(timeout=50))

        with pytest.raises(Conflict) as refused:
            await first

        server.person(42).say("在吗")
        assert len(await second) == 1
    assert refused.value.message == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )


async def test_a_long_poll_ends_with_the_update_or_empty_at_the_timeout(
    server: TelegramServer, bot: telegram.Bot
) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time()
    assert await bot.get_updates(timeout=10) == ()
    assert 0.45 < loop.time() - start < 2

    waiting = asyncio.create_task(bot.get_updates(timeout=50))
    await asyncio.sleep(0.05)
    server.person(42).say("在吗")
    assert len(await waiting) == 1


async def test_asking_for_the_same_offset_again_at_once_gives_one_update(
    server: TelegramServer, bot: telegram.Bot
) -> None:
    engineer = server.person(42)
    for text in "一二三":
        engineer.say(text)

    assert len(await bot.get_updates(offset=0)) == 3
    assert len(await bot.get_updates(offset=0)) == 1


async def test_allowed_updates_hold_back_other_kinds(server: TelegramServer, bot: telegram.Bot) -> None:
    engineer = server.person(42, started=True)
    await bot.send_message(42, "确认？", reply_markup=keyboard("是"))
    await bot.get_updates(offset=0, allowed_updates=["callback_query"])
    engineer.say("文字")
    engineer.press("是")

    [update] = await bot.get_updates(offset=1, timeout=10)
    assert update.callback_query is not None
