"""What people do and see."""

import asyncio

import pytest
import telegram
from telegram import KeyboardButton, ReplyKeyboardMarkup
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.peers.telegram_people import Attachment, NoSuchButtonError, NothingCameError
from tests.peers.telegram_sending import PNG, keyboard, newest
from tests.peers.telegram_server import Person, TelegramServer


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


async def test_who_writes_again_has_unblocked_the_bot_first(bot: telegram.Bot, engineer: Person) -> None:
    engineer.block_bot()
    engineer.say("/start")

    kinds = [update.my_chat_member or update.message for update in await bot.get_updates(timeout=10)]

    assert [type(kind).__name__ for kind in kinds] == ["ChatMemberUpdated", "ChatMemberUpdated", "Message"]
    await bot.send_message(42, "欢迎回来")
