"""The Bot API's methods as python-telegram-bot's client sees them."""

import httpx
import pytest
import telegram
from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, InvalidToken
from telegram.request import HTTPXRequest

from tests.peers.telegram_sending import PNG, keyboard, newest
from tests.peers.telegram_server import TOKEN, Person, TelegramServer


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
    with pytest.raises(BadRequest, match=r"(?i)wrong file identifier/HTTP URL specified"):
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


async def test_two_tokens_are_two_bots(engineer: Person) -> None:
    with TelegramServer(tokens=(TOKEN, "8:other")) as server:
        mine, other = server.person(42), server.person(42, token="8:other")
        mine.say("给甲")
        other.say("给乙")
        async with telegram.Bot("8:other", base_url=server.base_url) as bot:
            [update] = await bot.get_updates()

    assert update.message is not None
    assert update.message.text == "给乙"
