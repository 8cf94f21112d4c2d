"""What WeChat's error codes mean for a message, and what a person can do about them; the only place that knows them.

WeChat answers HTTP 200 whatever happened: an `errcode` other than 0 is the error.
Source: manual, 全局返回码说明, and the pages of the calls themselves.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.channels.base import Later, NotSent, Refused, Result, Unknown, Unreachable, WindowClosed
from bot.channels.telegram_connections import NotWrittenError
from domain.errors import HurentongError


class Meaning(StrEnum):
    """What a code says about the message."""

    BUSY = "busy"
    """The platform could not; the same again later."""
    SLOWER = "slower"
    """Too many calls this minute."""
    QUOTA = "quota"
    """Too many calls today."""
    TOKEN = "token"  # noqa: S105 - the meaning's name
    """The access token is not, or no longer, good; nothing was done."""
    SET_UP = "set_up"
    """The account or its settings: the operator has to act; messages wait."""
    WINDOW = "window"
    """The reply window is closed or used up."""
    NOT_ALLOWED = "not_allowed"
    """The account may not use this way of sending."""
    NOBODY = "nobody"
    """The person does not follow the account, or takes nothing from it."""
    GONE = "gone"
    """The platform no longer has the file."""
    TEMPLATE = "template"
    """The template message cannot be sent as it is set up, or not again so soon."""
    REFUSED = "refused"
    """The message is malformed for the platform: a defect of ours."""


@dataclass(frozen=True, slots=True)
class Code:
    """One error code."""

    meaning: Meaning
    explanation: str


CODES: dict[int, Code] = {
    -1: Code(Meaning.BUSY, "WeChat is busy"),
    50001: Code(Meaning.NOT_ALLOWED, "the account was not granted this interface"),
    50002: Code(Meaning.NOBODY, "the person's or the account's use is restricted"),
    40001: Code(Meaning.TOKEN, "access token or AppSecret is not valid; check HURENTONG_WECHAT_APP_SECRET"),
    40014: Code(Meaning.TOKEN, "access token is not valid"),
    41001: Code(Meaning.TOKEN, "access token is missing"),
    42001: Code(Meaning.TOKEN, "access token has expired"),
    42007: Code(Meaning.TOKEN, "access token was withdrawn"),
    40013: Code(Meaning.SET_UP, "the AppID is not valid; check HURENTONG_WECHAT_APP_ID"),
    40125: Code(Meaning.SET_UP, "the AppSecret is not valid; check HURENTONG_WECHAT_APP_SECRET"),
    40164: Code(Meaning.SET_UP, "this server's address is not on the account's IP allow-list (IP白名单)"),
    40243: Code(Meaning.SET_UP, "the AppSecret is frozen; unfreeze it in the console"),
    41002: Code(Meaning.SET_UP, "the AppID is missing; set HURENTONG_WECHAT_APP_ID"),
    41004: Code(Meaning.SET_UP, "the AppSecret is missing; set HURENTONG_WECHAT_APP_SECRET"),
    48004: Code(Meaning.SET_UP, "WeChat has barred the interface for a breach of its rules; see the console"),
    50005: Code(Meaning.NOBODY, "the person has not followed the account"),
    61004: Code(Meaning.SET_UP, "this server's address is not on the account's IP allow-list (IP白名单)"),
    89503: Code(Meaning.SET_UP, "this address needs an administrator's consent in WeChat"),
    45009: Code(Meaning.QUOTA, "the calls of today are used up"),
    45011: Code(Meaning.SLOWER, "too many calls this minute"),
    43004: Code(Meaning.NOBODY, "the person does not follow the account"),
    43019: Code(Meaning.NOBODY, "the person is on the account's black list"),
    40003: Code(Meaning.NOBODY, "there is no such person among the account's followers"),
    46004: Code(Meaning.NOBODY, "there is no such person"),
    48002: Code(Meaning.NOBODY, "the person has closed the account's messages"),
    45015: Code(Meaning.WINDOW, "the person has not written within the time WeChat allows"),
    45047: Code(Meaning.WINDOW, "as many messages as WeChat allows were sent since the person wrote"),
    48001: Code(Meaning.NOT_ALLOWED, "the account may not use this interface (it needs to be a verified one)"),
    40200: Code(Meaning.NOT_ALLOWED, "the account may not send menu messages (only verified service accounts may)"),
    48003: Code(Meaning.NOT_ALLOWED, "the account has not agreed to the rules of sending; see the console"),
    40007: Code(Meaning.GONE, "WeChat no longer has the file"),
    40037: Code(Meaning.TEMPLATE, "there is no such template; check HURENTONG_WECHAT_TEMPLATE_ID"),
    43101: Code(Meaning.TEMPLATE, "the person has not agreed to this notice"),
    43116: Code(Meaning.TEMPLATE, "WeChat has restricted the template"),
    43117: Code(Meaning.TEMPLATE, "the template was sent to this person a moment ago"),
    47003: Code(Meaning.TEMPLATE, "the template's fields are others; check HURENTONG_WECHAT_TEMPLATE_FIELDS"),
    40008: Code(Meaning.REFUSED, "not a kind of message"),
    40033: Code(Meaning.REFUSED, "a character that WeChat does not take"),
    44002: Code(Meaning.REFUSED, "nothing in the call"),
    44004: Code(Meaning.REFUSED, "nothing in the message"),
    45002: Code(Meaning.REFUSED, "longer than WeChat takes"),
    47001: Code(Meaning.REFUSED, "not JSON"),
}
"""The codes that are told apart; every other one is `REFUSED`."""

_MINUTE_SECONDS = 60.0
_QUOTA_SECONDS = 1800.0
"""Quotas begin anew at midnight in Beijing, and can be raised or cleared by hand any time: looked at each half hour."""


class ApiError(HurentongError):
    """WeChat answered, and refused: its code, its wording, and what can be done."""

    def __init__(self, code: int, wording: str = "") -> None:
        known = CODES.get(code)
        explained = f"{known.explanation} " if known else ""
        super().__init__(f"WeChat answered {code}: {explained}({wording})" if wording else f"WeChat answered {code}")
        self.code = code
        self.wording = wording

    @property
    def meaning(self) -> Meaning:
        """What the code says about the message."""
        known = CODES.get(self.code)
        return known.meaning if known else Meaning.REFUSED


def outcome(error: HurentongError) -> Result:
    """How the send ended that raised this."""
    if not isinstance(error, ApiError):
        return NotSent(str(error)) if isinstance(error, NotWrittenError) else Unknown(str(error))
    reason = str(error)
    match error.meaning:
        case Meaning.SLOWER:
            return Later(_MINUTE_SECONDS)
        case Meaning.QUOTA:
            return Later(_QUOTA_SECONDS)
        case Meaning.BUSY | Meaning.TOKEN | Meaning.SET_UP:
            return NotSent(reason)
        case Meaning.WINDOW | Meaning.NOT_ALLOWED | Meaning.TEMPLATE:
            return WindowClosed(reason)
        case Meaning.NOBODY:
            return Unreachable(reason)
        case Meaning.GONE | Meaning.REFUSED:
            return Refused(reason)
