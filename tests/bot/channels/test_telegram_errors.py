import pytest

from bot.channels.base import Later, Moved, NotSent, Refused, Result, Unknown, Unreachable
from bot.channels.telegram_connections import NoAnswerError, NotWrittenError
from bot.channels.telegram_errors import ApiError, outcome


@pytest.mark.parametrize(
    ("status", "description", "result"),
    [
        (403, "Forbidden: bot was blocked by the user", Unreachable),
        (403, "Forbidden: user is deactivated", Unreachable),
        (403, "Forbidden: bot can't initiate conversation with a user", Unreachable),
        (400, "Bad Request: chat not found", Unreachable),
        (400, "BAD REQUEST: CHAT NOT FOUND", Unreachable),
        (400, "Bad Request: PEER_ID_INVALID", Unreachable),
        (400, "Bad Request: message text is empty", Refused),
        (400, "Bad Request: BUTTON_DATA_INVALID", Refused),
        (413, "Request Entity Too Large", Refused),
        (401, "Unauthorized", NotSent),
        (404, "Not Found", NotSent),
        (500, "Internal Server Error", Unknown),
        (502, "Bad Gateway", Unknown),
    ],
)
def test_a_refusal_ends_a_message_as_its_wording_says(status: int, description: str, result: type[Result]) -> None:
    assert isinstance(outcome(ApiError(status, description)), result)


def test_the_wait_of_a_429_is_handed_on_to_the_millisecond() -> None:
    error = ApiError(429, "Too Many Requests: retry after 7", retry_after=7.25)

    assert outcome(error) == Later(7.25)


def test_a_429_without_a_wait_still_waits() -> None:
    assert outcome(ApiError(429, "Too Many Requests")) == Later(1.0)


def test_a_chat_that_moved_names_its_new_address() -> None:
    error = ApiError(400, "Bad Request: group chat was upgraded to a supergroup chat", migrated_to="-1001")

    assert outcome(error) == Moved("-1001")


def test_only_what_was_never_written_may_be_sent_again() -> None:
    assert outcome(NotWrittenError("no connection")) == NotSent("no connection")
    assert outcome(NoAnswerError("timed out")) == Unknown("timed out")


@pytest.mark.parametrize("error", [NoAnswerError("timed out"), ApiError(502, "Bad Gateway")])
def test_an_edit_may_be_repeated_whatever_became_of_it(error: NoAnswerError | ApiError) -> None:
    assert isinstance(outcome(error, repeatable=True), NotSent)


def test_wordings_are_known_in_any_case() -> None:
    assert ApiError(400, "Bad Request: MESSAGE IS NOT MODIFIED: specified new").unchanged
    assert ApiError(400, "Bad Request: Message to Edit not found").uneditable
    assert ApiError(400, "Bad Request: file is too big").too_big
    assert ApiError(409, "Conflict: can't use getUpdates method while webhook is active").webhook_set
    assert not ApiError(400, "Bad Request: message text is empty").unchanged
