"""The methods of the Bot API that answer at once. `getUpdates` and `setWebhook` live with the receiving of updates."""

from __future__ import annotations

import struct
import time

from tests.peers.telegram_arguments import Arguments, Upload
from tests.peers.telegram_content import (
    caption_content,
    check_inline,
    check_length,
    keyboard,
    text_content,
)
from tests.peers.telegram_errors import ApiError, bad_request
from tests.peers.telegram_profile import PROFILE_METHODS, Method
from tests.peers.telegram_state import BotAccount, Chat, Json, StoredFile, StoredMessage, Telegram

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
MAX_UPLOAD = 50 * 2**20
MAX_PHOTO = 10 * 2**20
MAX_DOWNLOAD = 20 * 2**20
DELETABLE_SECONDS = 48 * 3600


def get_me(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
    return {
        **bot.user_json(),
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def send_message(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
    content = text_content(arguments)
    markup = keyboard(arguments)
    chat = telegram.writable_chat(bot, arguments.chat_id())
    check_length(content)
    return _post(bot, chat, content, markup, arguments)


def send_document(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
    caption, markup = caption_content(arguments), keyboard(arguments)
    chat = telegram.writable_chat(bot, arguments.chat_id())
    stored = _file(telegram, arguments, "document", "documents", MAX_UPLOAD)
    document = {"file_name": stored.name, "mime_type": stored.mime_type, **stored.json()}
    return _post(bot, chat, {"document": document, **caption}, markup, arguments)


def send_photo(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
    caption, markup = caption_content(arguments), keyboard(arguments)
    chat = telegram.writable_chat(bot, arguments.chat_id())
    stored = _file(telegram, arguments, "photo", "photos", MAX_PHOTO)
    return _post(bot, chat, {"photo": photo_sizes(telegram, stored), **caption}, markup, arguments)


def photo_sizes(telegram: Telegram, original: StoredFile) -> list[Json]:
    """The PhotoSize list of a picture, smallest first; raises ApiError for what is no picture."""
    width, height = _dimensions(original.data)
    sizes = [{"width": width, "height": height, **original.json()}]
    if max(width, height) > 90:
        scale = 90 / max(width, height)
        small = telegram.store_file(original.data[: max(1, len(original.data) // 50)], "s.jpg", "photos", "image/jpeg")
        sizes.insert(0, {"width": max(1, int(width * scale)), "height": max(1, int(height * scale)), **small.json()})
    return sizes


def _dimensions(data: bytes) -> tuple[int, int]:
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    if data[:3] == b"\xff\xd8\xff" or data[:4] in (b"GIF8", b"RIFF"):
        return 1280, 960
    raise bad_request("IMAGE_PROCESS_FAILED")


def edit_message_text(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
    content = text_content(arguments)
    markup = keyboard(arguments)
    chat = telegram.writable_chat(bot, arguments.chat_id())
    message = _editable(chat, arguments.message_id())
    check_length(content)
    check_inline(markup)
    if "text" not in message.body:
        raise bad_request("there is no text in the message to edit")
    return _change(bot, chat, message, fields=("text", "entities"), content=content, markup=markup)


def edit_message_caption(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
    caption, markup = caption_content(arguments), keyboard(arguments)
    chat = telegram.writable_chat(bot, arguments.chat_id())
    message = _editable(chat, arguments.message_id())
    check_inline(markup)
    if "text" in message.body:
        raise bad_request("there is no caption in the message to edit")
    return _change(bot, chat, message, fields=("caption", "caption_entities"), content=caption, markup=markup)


def edit_message_reply_markup(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
    markup = keyboard(arguments)
    chat = telegram.writable_chat(bot, arguments.chat_id())
    message = _editable(chat, arguments.message_id())
    check_inline(markup)
    return _change(bot, chat, message, fields=(), content={}, markup=markup)


def delete_message(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> bool:
    chat = telegram.writable_chat(bot, arguments.chat_id())
    message = chat.messages.get(arguments.message_id())
    if message is None or message.deleted:
        raise bad_request("message to delete not found")
    if time.time() - message.body["date"] > DELETABLE_SECONDS or not (message.from_bot or chat.is_private):
        raise bad_request("message can't be deleted for everyone")
    message.deleted = True
    chat.touch()
    return True


def answer_callback_query(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> bool:
    text = arguments.text("text")
    if len(text) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    query = bot.queries.get(arguments.text("callback_query_id"))
    if query is None or telegram.clock.now() - query.pressed_at > telegram.query_lifetime:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if query.answer is None:
        query.answer = {"query_id": query.query_id, "text": text, "show_alert": arguments.flag("show_alert")}
        chat = bot.chats[query.chat_id]
        chat.toasts.append({"user_id": query.user_id, **query.answer})
        chat.touch()
    return True


def get_file(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
    file_id = arguments.text("file_id")
    if not file_id:
        raise bad_request("file_id not specified")
    stored = telegram.files.get(file_id)
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > MAX_DOWNLOAD:
        raise bad_request("file is too big")
    return {**stored.json(), "file_path": stored.path}


def send_chat_action(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> bool:
    chat = telegram.writable_chat(bot, arguments.chat_id())
    action = arguments.text("action")
    if not action:
        raise bad_request("wrong parameter action in request")
    chat.actions.append(action)
    return True


def get_chat(telegram: Telegram, bot: BotAccount, arguments: Arguments) -> Json:
    chat = bot.chats.get(arguments.chat_id())
    if chat is None or (chat.is_private and not chat.known):
        raise bad_request("chat not found")
    gifts = dict.fromkeys(
        ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), True
    )
    return {**chat.body, "accent_color_id": chat.id % 7, "max_reaction_count": 11, "accepted_gift_types": gifts}


def _post(bot: BotAccount, chat: Chat, content: Json, markup: Json | None, arguments: Arguments) -> Json:
    check_inline(markup)
    bot.limits.admit(chat.id)
    message_id = bot.next_message_id(chat)
    body: Json = {
        "message_id": message_id,
        "from": bot.user_json(),
        "chat": chat.body,
        "date": int(time.time()),
        **content,
    }
    answered = _answered(chat, arguments)
    if answered is not None:
        body["reply_to_message"] = {k: v for k, v in answered.body.items() if k != "reply_to_message"}
    if markup and markup.get("inline_keyboard"):
        body["reply_markup"] = markup
    if arguments.flag("protect_content"):
        body["has_protected_content"] = True
    chat.messages[message_id] = StoredMessage(body, from_bot=True, markup=markup)
    chat.touch()
    return body


def _answered(chat: Chat, arguments: Arguments) -> StoredMessage | None:
    reply = arguments.json("reply_parameters", "reply parameters")
    if not reply:
        return None
    message = chat.messages.get(int(reply.get("message_id", 0)))
    if message is not None and not message.deleted:
        return message
    if reply.get("allow_sending_without_reply"):
        return None
    raise bad_request("message to be replied not found")


def _editable(chat: Chat, message_id: int) -> StoredMessage:
    message = chat.messages.get(message_id)
    if message is None or message.deleted:
        raise bad_request("message to edit not found")
    if not message.from_bot or (message.markup is not None and "inline_keyboard" not in message.markup):
        raise bad_request("message can't be edited")
    return message


def _change(
    bot: BotAccount, chat: Chat, message: StoredMessage, *, fields: tuple[str, ...], content: Json, markup: Json | None
) -> Json:
    markup = markup if markup and markup.get("inline_keyboard") else None
    body = message.body
    if {name: body[name] for name in fields if name in body} == content and body.get("reply_markup") == markup:
        raise bad_request(NOT_MODIFIED)
    bot.limits.admit(chat.id)
    changed = {k: v for k, v in body.items() if k not in (*fields, "reply_markup")}
    changed.update(content)
    changed["edit_date"] = int(time.time())
    if markup:
        changed["reply_markup"] = markup
    message.body, message.markup = changed, markup
    message.edits += 1
    chat.touch()
    return changed


def _file(telegram: Telegram, arguments: Arguments, name: str, folder: str, limit: int) -> StoredFile:
    upload: Upload | None = arguments.files.get(name)
    reference = arguments.text(name)
    if upload is None and reference.startswith("attach://"):
        upload = arguments.files.get(reference.removeprefix("attach://"))
    if upload is not None:
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > MAX_UPLOAD:
            raise ApiError(413, "Request Entity Too Large")
        if len(upload.data) > limit:
            raise bad_request(f"too big file, {len(upload.data)} bytes max {limit} bytes")
        return telegram.store_file(upload.data, upload.name, folder, upload.mime_type)
    if not reference:
        raise bad_request(f"there is no {name} in the request")
    stored = telegram.files.get(reference)
    if stored is None:
        raise bad_request("wrong file identifier/HTTP URL specified")
    return stored


METHODS: dict[str, Method] = {
    "getme": get_me,
    "sendmessage": send_message,
    "senddocument": send_document,
    "sendphoto": send_photo,
    "editmessagetext": edit_message_text,
    "editmessagecaption": edit_message_caption,
    "editmessagereplymarkup": edit_message_reply_markup,
    "deletemessage": delete_message,
    "answercallbackquery": answer_callback_query,
    "getfile": get_file,
    "sendchataction": send_chat_action,
    "getchat": get_chat,
    **PROFILE_METHODS,
}
