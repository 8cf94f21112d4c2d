"""The web channel: what the chat page posts, as inbox payloads, and back.

Cards are not sent: the page fetches them (`bot.store.transcripts`), which is what marks them as sent.
"""

import json
import re
from dataclasses import dataclass

from bot.channels.base import Arrival, ChannelName, Message, NotSent, RemoteFile, Result, Shipment
from bot.errors import FileGoneError
from dialogs.cards import Card
from dialogs.events import Attached, Commanded, Event, Typed
from domain.vocabulary import Language

TEXT_LIMIT = 20_000
"""Characters of one message that are kept; what is longer than a dialogue takes is refused there, in words."""
TOKEN_LIMIT = 64
_COMMAND = re.compile(r"[/／]([A-Za-z][A-Za-z0-9_]{0,31})(?:\s+(.*))?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a person sent from the page: words, a press on a button, or files. `id` is the browser's name for it."""

    session: str
    id: str
    text: str = ""
    press: str = ""
    files: tuple[str, ...] = ()
    """References of files that came with it and are stored already; `text` is their caption."""
    language: Language | None = None
    """What the browser prefers; counts until the person chooses."""

    def arrival(self) -> Arrival:
        """The post on its way into the inbox."""
        said = {"press": self.press[:TOKEN_LIMIT]} if self.press else {"text": _storable(self.text[:TEXT_LIMIT])}
        payload = {"from": self.session, **said}
        if self.files:
            payload["files"] = " ".join(self.files)
        if self.language is not None:
            payload["language"] = self.language
        return Arrival(
            channel=ChannelName.WEB,
            external_id=external_id(self.session, self.id),
            sender=self.session,
            payload=json.dumps(payload, ensure_ascii=False).encode(),
        )


def external_id(session: str, post: str) -> str:
    """A post's name in the inbox: unlike for every session, so nobody can occupy another one's."""
    return f"{session}:{post}"


def said(payload: bytes) -> Post | None:
    """The post as it was stored; None for bytes that no page of ours posted."""
    try:
        stored = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(stored, dict) or not all(isinstance(each, str) for each in stored.values()):
        return None
    language = stored.get("language")
    return Post(
        session=stored.get("from", ""),
        id="",
        text=stored.get("text", ""),
        press=stored.get("press", ""),
        files=tuple(stored.get("files", "").split()),
        language=Language(language) if language in tuple(Language) else None,
    )


def command_in(text: str) -> Commanded | None:
    """The command that the words are, if they are one; a Chinese keyboard types the full-width stroke."""
    found = _COMMAND.fullmatch(text.strip())
    return Commanded(found[1].lower(), (found[2] or "").strip()) if found else None


class WebChannel:
    """The chat page as the workers see it."""

    name = ChannelName.WEB

    def read(self, payload: bytes) -> Message:
        """What a post says; never raises."""
        post = said(payload)
        if post is None:
            return Message(sender="", event=None)
        if post.press:
            return Message(sender=post.session, event=None, press_token=post.press, language_hint=post.language)
        if post.files:
            return Message(sender=post.session, event=Attached(post.files, post.text), language_hint=post.language)
        event: Event = command_in(post.text) or Typed(post.text)
        return Message(sender=post.session, event=event, language_hint=post.language)

    def parts(self, card: Card, language: Language) -> list[Card]:  # noqa: ARG002 - the protocol's signature
        """A page has room for every card."""
        return [card]

    async def send(self, shipment: Shipment) -> Result:
        """Nothing can be pushed to a page; its rows wait in the outbox until the page asks."""
        return NotSent(f"the page of {shipment.address[:4]}… fetches its messages itself")

    async def fetch(self, file: RemoteFile, limit: int) -> bytes:  # noqa: ARG002 - the protocol's signature
        """There are no remote files: what a page uploads is in our hands at once."""
        raise FileGoneError("the chat page keeps no files elsewhere")


def _storable(text: str) -> str:
    """Without what no database column and no JSON reader takes: NUL and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf8", "ignore").decode()
