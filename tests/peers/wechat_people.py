"""People who follow the account: what they say as XML, and what they see."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

_LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]*)&msgmenuid=([^"]*)">(.*?)</a>')


@dataclass(frozen=True)
class Seen:
    """A message as the person sees it; `way`: passive, custom, menu or template."""

    text: str
    way: str
    menu: tuple[tuple[str, str], ...] = ()


@dataclass
class Follower:
    """One person. `windows`: until when, and how many customer-service messages each still allows."""

    openid: str
    now: Callable[[], float]
    number: Callable[[], int]
    follows: bool = True
    blacklisted: bool = False
    seen: list[Seen] = field(default_factory=list)
    windows: list[list[float]] = field(default_factory=list)

    def texts(self, way: str = "") -> list[str]:
        """What the person has seen, in order; by one way where it is named."""
        return [each.text for each in self.seen if way in ("", each.way)]

    def taps(self) -> list[tuple[str, str]]:
        """Everything that can be tapped in what was seen, as (words, id)."""
        found: list[tuple[str, str]] = []
        for each in self.seen:
            found += [(unquote(words), token) for words, token, _ in _LINK.findall(each.text)]
            found += [(words, token) for token, words in each.menu]
        return found

    def opens(self, seconds: float, messages: int) -> None:
        self.windows.append([self.now() + seconds, messages])

    def text(self, words: str, tapped: str | None = None) -> str:
        more = f"<bizmsgmenuid>{tapped}</bizmsgmenuid>" if tapped is not None else ""
        return self._message("text", f"<Content>{cdata(words)}</Content>{more}")

    def image(self, media_id: str) -> str:
        return self._message("image", f"<PicUrl>{cdata('http://mmbiz')}</PicUrl><MediaId>{cdata(media_id)}</MediaId>")

    def other(self, kind: str, more: str = "") -> str:
        return self._message(kind, more)

    def event(self, name: str, key: str = "", more: str = "") -> str:
        return self._document("event", f"<Event>{cdata(name)}</Event><EventKey>{cdata(key)}</EventKey>{more}")

    def _message(self, kind: str, content: str) -> str:
        return self._document(kind, f"{content}<MsgId>{self.number()}</MsgId>")

    def _document(self, kind: str, content: str) -> str:
        return (
            f"<xml><ToUserName>{cdata('gh_test')}</ToUserName><FromUserName>{cdata(self.openid)}</FromUserName>"
            f"<CreateTime>{int(self.now())}</CreateTime><MsgType>{cdata(kind)}</MsgType>{content}</xml>"
        )


def cdata(words: str) -> str:
    return "<![CDATA[" + words.replace("]]>", "]]]]><![CDATA[>") + "]]>"
