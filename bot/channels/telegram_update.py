"""Telegram's updates, from bytes to what they say.

Read as plain JSON, not with python-telegram-bot's `Update.de_json`: that builds objects for fields nobody asks
for, at about twenty times the cost per update (docs/decisions/telegram-client.md has the figures), and raises
on payloads that its version does not know.
"""

import json
import re
from collections.abc import Mapping

from bot.channels.base import Arrival, ChannelName, Message, RemoteFile
from dialogs.events import Attached, Commanded, Event, Kind, SharedContact, Typed, Unreadable
from domain.vocabulary import Language

Json = Mapping[str, object]
_NOTHING: Json = {}

_COMMAND = re.compile(r"[/／]([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
_LANGUAGES = {"zh": Language.ZH, "en": Language.EN}

_UNREADABLE = {
    # An animation comes with a `document` beside it, so it is looked for first (manual, Message).
    "animation": Kind.VIDEO,
    "sticker": Kind.STICKER,
    "voice": Kind.VOICE,
    "audio": Kind.VOICE,
    "video": Kind.VIDEO,
    "video_note": Kind.VIDEO,
    "location": Kind.LOCATION,
    "venue": Kind.LOCATION,
}
NOTICES = frozenset(
    {
        *("boost_added", "chat_background_set", "chat_owner_changed", "chat_owner_left", "chat_shared"),
        *("checklist_tasks_added", "checklist_tasks_done", "connected_website", "gift", "gift_upgrade_sent"),
        *("managed_bot_created", "message_auto_delete_timer_changed", "paid_message_price_changed"),
        *("pinned_message", "proximity_alert_triggered", "refunded_payment", "successful_payment"),
        *("unique_gift", "users_shared", "web_app_data", "write_access_allowed", "migrate_from_chat_id"),
    }
)
"""What Telegram itself notes in a private chat (manual, Message): nothing was said, so nothing is answered.
Whatever else has no words was sent by the person, also kinds that are newer than this program.
"""


def parsed(payload: bytes) -> Json | None:
    """The update as JSON; None where it is none."""
    try:
        update = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) and isinstance(update.get("update_id"), int) else None


def arrival(update: Json, payload: bytes) -> Arrival | None:
    """The update on its way into the inbox; None where it names no chat, so that nobody could be answered."""
    sender = _sender(update)
    if not sender:
        return None
    return Arrival(
        channel=ChannelName.TELEGRAM, external_id=str(update["update_id"]), sender=sender, payload=bytes(payload)
    )


def press_id(update: Json) -> str:
    """The id by which a press is acknowledged; '' where the update is no press."""
    return _text(_part(update, "callback_query").get("id"))


def read(payload: bytes) -> Message:
    """What an update says; never raises. Only private chats talk to the conversation: in a group the answers
    of one would be seen by all.
    """
    update = parsed(payload)
    if update is None:
        return Message(sender="", event=None)
    if message := _part(update, "message"):
        return _message(message)
    if query := _part(update, "callback_query"):
        return _press(query)
    if change := _part(update, "my_chat_member"):
        return _membership(change)
    return Message(sender=_sender(update), event=None)


def _message(message: Json) -> Message:
    chat, person = _part(message, "chat"), _part(message, "from")
    sender = _id(chat)
    if moved := message.get("migrate_to_chat_id"):
        return Message(sender=sender, event=None, migrated_to=_text(str(moved)))
    if chat.get("type") != "private":
        return Message(sender=sender, event=None)
    event, files = _said(message, person)
    return Message(
        sender=sender,
        event=event,
        files=files,
        language_hint=_language(person),
        album=_text(message.get("media_group_id")),
        replied_to=_number(_part(message, "reply_to_message").get("message_id")),
    )


def _number(value: object) -> str:
    return str(value) if isinstance(value, int) else ""


def _said(message: Json, person: Json) -> tuple[Event | None, tuple[RemoteFile, ...]]:
    if text := _text(message.get("text")):
        return _words(text), ()
    if contact := _part(message, "contact"):
        return _contact(contact, person), ()
    for name, kind in _UNREADABLE.items():
        if name in message:
            return Unreadable(kind), ()
    if file := _file(message):
        return Attached(references=(), caption=_text(message.get("caption"))), (file,)
    return (Unreadable(Kind.OTHER) if NOTICES.isdisjoint(message) else None), ()


def _words(text: str) -> Event:
    # A Chinese keyboard types the full-width stroke.
    if text[0] in "/／" and (command := _COMMAND.fullmatch(text)):
        return Commanded(command[1].lower(), (command[2] or "").strip())
    return Typed(text)


def _contact(contact: Json, person: Json) -> Event | None:
    """The person's own number as shared by the button; somebody else's card counts as typed."""
    phone = _text(contact.get("phone_number"))
    if not phone:
        return Unreadable(Kind.OTHER)
    if not _id(person) or contact.get("user_id") != person.get("id"):
        return Typed(phone)
    # An account's number is international, and comes with or without its plus, as the client likes.
    return SharedContact(phone if phone.startswith("+") else f"+{phone}")


def _file(message: Json) -> RemoteFile | None:
    if document := _part(message, "document"):
        return _remote(document, _text(document.get("file_name")))
    sizes = message.get("photo")
    if not isinstance(sizes, list):
        return None
    largest = max((size for size in sizes if isinstance(size, dict)), key=_area, default=_NOTHING)
    return _remote(largest, "photo.jpg")


def _remote(file: Json, name: str) -> RemoteFile | None:
    identity, size = _text(file.get("file_id")), file.get("file_size")
    return RemoteFile(id=identity, name=name, size=size if isinstance(size, int) else None) if identity else None


def _area(size: Json) -> int:
    width, height = size.get("width"), size.get("height")
    return width * height if isinstance(width, int) and isinstance(height, int) else 0


def _press(query: Json) -> Message:
    chat, person = _part(_part(query, "message"), "chat"), _part(query, "from")
    sender = _id(chat) or _id(person)
    token = _text(query.get("data")) if not chat or chat.get("type") == "private" else ""
    return Message(sender=sender, event=None, press_token=token, language_hint=_language(person))


def _membership(change: Json) -> Message:
    chat = _part(change, "chat")
    status = _part(change, "new_chat_member").get("status")
    blocked = None
    if chat.get("type") == "private" and status in ("kicked", "member"):
        blocked = status == "kicked"
    return Message(sender=_id(chat), event=None, blocked=blocked, language_hint=_language(_part(change, "from")))


def _sender(update: Json) -> str:
    for part in update.values():
        if isinstance(part, dict):
            chat = _part(part, "chat") or _part(_part(part, "message"), "chat")
            return _id(chat) or _id(_part(part, "from"))
    return ""


def _language(person: Json) -> Language | None:
    return _LANGUAGES.get(_text(person.get("language_code"))[:2].lower())


def _part(of: Json, name: str) -> Json:
    part = of.get(name)
    return part if isinstance(part, dict) else _NOTHING


def _id(of: Json) -> str:
    number = of.get("id")
    return str(number) if isinstance(number, int) and not isinstance(number, bool) else ""


def _text(value: object) -> str:
    """The value as a text that UTF-8 and PostgreSQL can hold: no lone surrogate, no NUL."""
    if not isinstance(value, str):
        return ""
    if "\0" in value:
        value = value.replace("\0", "")
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace").decode()
    return value
