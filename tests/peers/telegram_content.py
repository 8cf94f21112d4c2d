"""The checks a message passes on its way to a chat: text, caption, keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.peers.telegram_arguments import Arguments
from tests.peers.telegram_entities import Entity, found_entities, parse_html, trimmed, utf16_length
from tests.peers.telegram_errors import bad_request

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_CALLBACK_DATA_BYTES = 64
MAX_INLINE_BUTTONS = 100
MAX_ENTITIES = 100
_ACTIONS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
)


def formatted(arguments: Arguments, name: str, entities_name: str) -> tuple[str, list[Entity]]:
    """A formatted text argument as plain text and entities."""
    text = arguments.text(name)
    mode = arguments.text("parse_mode").strip().lower()
    entities: list[Entity] = []
    if mode == "html":
        text, entities = parse_html(text)
    elif mode in ("markdown", "markdownv2"):
        raise bad_request("this emulator reads parse_mode HTML only")
    elif mode not in ("", "none"):
        raise bad_request("unsupported parse_mode")
    else:
        entities = [dict(entity) for entity in arguments.json(entities_name, "entities") or []]
    text, entities = trimmed(text, entities)
    covered = {(entity["offset"], entity["length"]) for entity in entities}
    entities += [found for found in found_entities(text) if (found["offset"], found["length"]) not in covered]
    entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, entities[:MAX_ENTITIES]


def text_content(arguments: Arguments) -> dict[str, Any]:
    """`text` and `entities` of a message; its length is checked by `check_length`, later, as the server does."""
    if not arguments.text("text"):
        raise bad_request("message text is empty")
    text, entities = formatted(arguments, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(arguments: Arguments) -> dict[str, Any]:
    """`caption` and `caption_entities`, if there is a caption."""
    text, entities = formatted(arguments, "caption", "caption_entities")
    if utf16_length(text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, "caption_entities": entities} if entities else {"caption": text}


def check_length(content: dict[str, Any]) -> None:
    """1 to 4,096 UTF-16 units after the entities are parsed."""
    if len(content["text"]) > MAX_TEXT // 2 and utf16_length(content["text"]) > MAX_TEXT:
        raise bad_request("message is too long")


def keyboard(arguments: Arguments) -> dict[str, Any] | None:
    """`reply_markup`, checked; None if the bot sent none."""
    markup = arguments.json("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"])
        return {"inline_keyboard": [[_inline_button(button) for button in row] for row in rows if row]}
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"])
        return {**markup, "keyboard": [[_reply_button(button) for button in row] for row in rows if row]}
    return markup


def check_inline(markup: dict[str, Any] | None) -> None:
    """What is only found out beyond the Bot API's own server: data and number of inline buttons."""
    if markup is None or "inline_keyboard" not in markup:
        return
    if sum(map(len, markup["inline_keyboard"])) > MAX_INLINE_BUTTONS:
        raise bad_request("reply markup is too long")
    for button in inline_buttons(markup):
        if len(button.get("callback_data", "").encode()) > MAX_CALLBACK_DATA_BYTES:
            raise bad_request("BUTTON_DATA_INVALID")


def inline_buttons(markup: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    """Every inline button, row by row."""
    for row in (markup or {}).get("inline_keyboard", ()):
        yield from row


def _rows(value: Any) -> list[list[Any]]:
    if not isinstance(value, list):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array')
    if not all(isinstance(row, list) for row in value):
        raise bad_request('field "keyboard" of the ReplyKeyboardMarkup must be an Array of Arrays')
    return value


def _inline_button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _bad_button("InlineKeyboardButton must be an Object")
    text = button.get("text", "")
    if not isinstance(text, str) or not text.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [name for name in _ACTIONS if button.get(name) not in (None, "", False)]
    if "switch_inline_query" in button or "switch_inline_query_current_chat" in button:
        actions = actions or ["switch_inline_query"]
    if not actions:
        raise _bad_button("Text buttons are unallowed in the inline keyboard")
    url = button.get("url")
    if url and not str(url).startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    app = button.get("web_app")
    if app and not str(app.get("url", "")).startswith("https://"):
        raise bad_request(
            f"inline keyboard button Web App URL '{app.get('url', '')}' is invalid: Only HTTPS links are allowed"
        )
    return {"text": text, **{name: button[name] for name in _ACTIONS if name in button}}


def _bad_button(reason: str) -> Exception:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _reply_button(button: Any) -> dict[str, Any]:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
    return button
