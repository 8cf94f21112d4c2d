"""WeChat's XML: flat documents in, replies out."""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from domain.errors import HurentongError

_ROOT = "xml"
_REMEMBERED = 64
"""Documents whose fields are kept: as many as may be between arrival and turn."""
_UNSPEAKABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may hold, also not as CDATA."""
_REPLY = (
    "<xml><ToUserName>{to}</ToUserName><FromUserName>{sender}</FromUserName><CreateTime>{at}</CreateTime>"
    "<MsgType><![CDATA[text]]></MsgType><Content>{content}</Content></xml>"
)
_ENCRYPTED = (
    "<xml><Encrypt>{encrypted}</Encrypt><MsgSignature>{signature}</MsgSignature>"
    "<TimeStamp>{timestamp}</TimeStamp><Nonce>{nonce}</Nonce></xml>"
)


class UnreadableError(HurentongError):
    """The document is cut off, not WeChat's, or holds what WeChat never sends (a DTD, entities)."""


@lru_cache(maxsize=_REMEMBERED)
def fields(document: bytes) -> Mapping[str, str]:
    """The document's elements and their text; of one that stands twice the first, of nested ones nothing.

    Remembered for a moment: a message is read when it comes in and again when it has its turn. Raises UnreadableError.
    """
    try:
        root = ElementTree.fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise UnreadableError(f"not a document of WeChat's: {type(error).__name__}") from None
    if root.tag != _ROOT:
        raise UnreadableError("not a document of WeChat's: another root")
    found: dict[str, str] = {}
    for element in root:
        if len(element) == 0:
            found.setdefault(element.tag, element.text or "")
    return MappingProxyType(found)


def text_reply(to: str, sender: str, at: int, content: str) -> bytes:
    """A passive text reply; `at` in seconds since 1970."""
    return _REPLY.format(to=_cdata(to), sender=_cdata(sender), at=at, content=_cdata(content)).encode()


def encrypted_reply(encrypted: str, signature: str, timestamp: int, nonce: str) -> bytes:
    """The envelope of an encrypted reply."""
    return _ENCRYPTED.format(
        encrypted=_cdata(encrypted), signature=_cdata(signature), timestamp=timestamp, nonce=_cdata(nonce)
    ).encode()


def speakable(text: str) -> str:
    """The text without what no XML document may hold."""
    return _UNSPEAKABLE.sub("", text)


def _cdata(text: str) -> str:
    # `]]>` ends a CDATA section: it is cut in two there, which a reader puts together again.
    return "<![CDATA[" + speakable(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"
