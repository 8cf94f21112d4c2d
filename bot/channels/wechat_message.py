"""WeChat's messages and events, from XML to what they say."""

import re
from collections.abc import Mapping
from hashlib import blake2b

from bot.channels.base import Arrival, ChannelName, Message, RemoteFile
from bot.channels.wechat_menu import command_of_button
from bot.channels.wechat_windows import Trigger
from bot.channels.wechat_xml import UnreadableError, fields
from dialogs.commands import CODE_LENGTH
from dialogs.events import Attached, Commanded, Event, Kind, Typed, Unreadable

Fields = Mapping[str, str]

_OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_NUMBER = re.compile(r"[0-9]{1,20}")
_COMMAND = re.compile(r"[/／]([A-Za-z][A-Za-z0-9_]{0,31})(?:\s+(.*))?", re.DOTALL)
_PRESS_TOKEN = re.compile(r"[A-Za-z0-9_-]{35}")
_SCENE = "qrscene_"
_NAME_BYTES = 128
"""Characters of a name in the inbox."""

_UNREADABLE = {
    "voice": Kind.VOICE,
    "video": Kind.VIDEO,
    "shortvideo": Kind.VIDEO,
    "location": Kind.LOCATION,
    "link": Kind.LINK,
}
_UNSHOWABLE = re.compile(r"[\[【]收到不支持的消息类型，暂无法显示[\]】]")
"""The words that WeChat itself puts in the place of a sticker or another kind that accounts are not given."""
TAKEN_EVENTS = frozenset({"subscribe", "unsubscribe", "scan", "click"})
"""Events that a person caused and that mean something here. All others (a template's fate, a position reported every
five seconds, a page opened) are acknowledged and not stored; some of them name persons who have unsubscribed."""


def arrival(said: Fields, payload: bytes) -> Arrival | None:
    """The message on its way into the inbox; None where it is nothing for it. `payload` is the plain document.

    Its name there: sender and message number, because the number alone has been seen twice; for an event, which has
    none: sender, time, event and key (manual, 接收事件推送).
    """
    sender, kind = said.get("FromUserName", ""), said.get("MsgType", "").lower()
    if not _OPENID.fullmatch(sender):
        return None
    if kind == "event":
        name = _event_name(said)
        if name is None:
            return None
    else:
        number = said.get("MsgId", "")
        if not kind or not _NUMBER.fullmatch(number):
            return None
        name = number
    return Arrival(channel=ChannelName.WECHAT, external_id=f"{sender}:{name}", sender=sender, payload=bytes(payload))


def trigger(said: Fields) -> Trigger | None:
    """What the message does to the reply window."""
    if said.get("MsgType", "").lower() != "event":
        # A click in a menu message comes as text and counts as a menu click (manual, 客服消息).
        return Trigger.EVENT if said.get("bizmsgmenuid") else Trigger.MESSAGE
    return None if said.get("Event", "").lower() == "unsubscribe" else Trigger.EVENT


def read(payload: bytes) -> Message:
    """What a stored document says; never raises."""
    try:
        said = fields(payload)
    except UnreadableError:
        return Message(sender="", event=None)
    sender, kind = said.get("FromUserName", ""), said.get("MsgType", "").lower()
    if kind == "event":
        return _event(said, sender)
    if kind == "text":
        return _text(said, sender)
    if kind == "image" and (media := said.get("MediaId")):
        file = RemoteFile(id=media, name="photo.jpg")
        return Message(sender=sender, event=Attached(references=()), files=(file,))
    return Message(sender=sender, event=Unreadable(_UNREADABLE.get(kind, Kind.OTHER)))


def _event_name(said: Fields) -> str | None:
    event, at, key = said.get("Event", "").lower(), said.get("CreateTime", ""), said.get("EventKey", "")
    if event not in TAKEN_EVENTS or not _NUMBER.fullmatch(at):
        return None
    name = f"{at}:{event}:{key}"
    if len(said["FromUserName"]) + 1 + len(name) <= _NAME_BYTES:
        return name
    return f"{at}:{event}:{blake2b(key.encode(), digest_size=16).hexdigest()}"


def _text(said: Fields, sender: str) -> Message:
    token = said.get("bizmsgmenuid", "")
    if _PRESS_TOKEN.fullmatch(token):
        return Message(sender=sender, event=None, press_token=token)
    # Some accounts are told no id, others only its leading digits: then the label that was sent with it answers.
    return Message(sender=sender, event=_words(said.get("Content", "")))


def _words(text: str) -> Event:
    words = text.strip()
    if _UNSHOWABLE.fullmatch(words):
        return Unreadable(Kind.STICKER)
    if command := _COMMAND.fullmatch(words):
        return Commanded(command[1].lower(), (command[2] or "").strip())
    return Typed(text)


def _event(said: Fields, sender: str) -> Message:
    event, key = said.get("Event", "").lower(), said.get("EventKey", "")
    match event:
        case "subscribe":
            return Message(sender=sender, event=_start(key.removeprefix(_SCENE)), blocked=False)
        case "unsubscribe":
            return Message(sender=sender, event=None, blocked=True)
        case "scan":
            return Message(sender=sender, event=_start(key))
        case "click":
            return Message(sender=sender, event=command_of_button(key))
        case _:
            return Message(sender=sender, event=None)


def _start(scene: str) -> Event:
    return Commanded("start", scene.strip()[:CODE_LENGTH])
