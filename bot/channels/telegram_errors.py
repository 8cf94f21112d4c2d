"""How the Bot API says no, and what that means for a message; the only place that knows its wordings.

Wordings are compared in lower case: the server re-cases them between releases. Source: server source
(tdlib/telegram-bot-api, Client.cpp).
"""

from http import HTTPStatus

from bot.channels.base import Later, Moved, NotSent, Refused, Result, Unknown, Unreachable
from bot.channels.telegram_connections import NotWrittenError
from domain.errors import HurentongError

_UNCHANGED = ("message is not modified",)
_UNEDITABLE = ("message to edit not found", "message can't be edited", "message_id_invalid", "no text in the message")
_NOBODY = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user_is_blocked",
    "input_user_deactivated",
    "user_deactivated",
    "bot was blocked",
    "have no rights to send",
    "chat_write_forbidden",
)
_WEBHOOK_SET = ("webhook is active",)
_TOO_BIG = ("file is too big",)
_DEFAULT_WAIT = 1.0
"""Seconds to wait after a 429 that names none (manual: it always does)."""


class ApiError(HurentongError):
    """The Bot API answered, and refused: HTTP status, its description, and where to or how long to wait."""

    def __init__(self, status: int, description: str, *, retry_after: float = 0.0, migrated_to: str = "") -> None:
        super().__init__(f"Telegram answered {status}: {description}")
        self.status = status
        self.description = description
        self.retry_after = retry_after
        self.migrated_to = migrated_to

    def says(self, wordings: tuple[str, ...]) -> bool:
        """Whether the description holds one of the wordings (lower case)."""
        description = self.description.lower()
        return any(wording in description for wording in wordings)

    @property
    def unchanged(self) -> bool:
        """An edit that would change nothing: what was wanted is there."""
        return self.says(_UNCHANGED)

    @property
    def uneditable(self) -> bool:
        """The message to edit is gone or of another kind: only a new one can show it."""
        return self.says(_UNEDITABLE)

    @property
    def webhook_set(self) -> bool:
        """Polling is refused because a webhook is set."""
        return self.says(_WEBHOOK_SET)

    @property
    def too_big(self) -> bool:
        """The file is larger than the server hands over."""
        return self.says(_TOO_BIG)

    @property
    def token_refused(self) -> bool:
        """The token is wrong (404) or was withdrawn (401)."""
        return self.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)


def outcome(error: HurentongError, *, repeatable: bool = False) -> Result:
    """How the send ended that raised this; `repeatable` where doing it twice does no harm (an edit)."""
    if isinstance(error, ApiError):
        return _refusal(error, repeatable=repeatable)
    if isinstance(error, NotWrittenError) or repeatable:
        return NotSent(str(error))
    return Unknown(str(error))


def _refusal(error: ApiError, *, repeatable: bool) -> Result:
    reason = error.description
    if error.migrated_to:
        return Moved(error.migrated_to)
    if error.status == HTTPStatus.TOO_MANY_REQUESTS or error.retry_after:
        return Later(error.retry_after or _DEFAULT_WAIT)
    if error.status == HTTPStatus.FORBIDDEN or error.says(_NOBODY):
        return Unreachable(reason)
    if error.token_refused or error.status == HTTPStatus.CONFLICT:
        return NotSent(reason)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        # The front server passed the request on before it gave up; it may have been carried out. Who repeats
        # after a 502 sends twice (node-red-contrib-telegrambot-home #14).
        return NotSent(reason) if repeatable else Unknown(reason)
    return Refused(reason)
