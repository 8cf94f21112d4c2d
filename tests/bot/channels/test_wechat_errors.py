import re
from pathlib import Path

import pytest

from bot.channels.base import Later, NotSent, Refused, Unknown, Unreachable, WindowClosed
from bot.channels.telegram_connections import NoAnswerError, NotWrittenError
from bot.channels.wechat_errors import CODES, ApiError, Meaning, outcome

RESULTS = {
    Meaning.BUSY: NotSent,
    Meaning.SLOWER: Later,
    Meaning.QUOTA: Later,
    Meaning.TOKEN: NotSent,
    Meaning.SET_UP: NotSent,
    Meaning.WINDOW: WindowClosed,
    Meaning.NOT_ALLOWED: WindowClosed,
    Meaning.NOBODY: Unreachable,
    Meaning.GONE: Refused,
    Meaning.TEMPLATE: WindowClosed,
    Meaning.REFUSED: Refused,
}


@pytest.mark.parametrize("code", [*CODES, 99_999])
def test_every_code_ends_a_send_in_one_way(code: int) -> None:
    error = ApiError(code, "wording")

    assert isinstance(outcome(error), RESULTS[error.meaning])
    assert str(code) in str(error)


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        (-1, Meaning.BUSY),
        (40001, Meaning.TOKEN),
        (42001, Meaning.TOKEN),
        (43004, Meaning.NOBODY),
        (45009, Meaning.QUOTA),
        (45015, Meaning.WINDOW),
        (45047, Meaning.WINDOW),
        (43117, Meaning.TEMPLATE),
        (40200, Meaning.NOT_ALLOWED),
        (12345, Meaning.REFUSED),
    ],
)
def test_the_codes_that_matter_most(code: int, meaning: Meaning) -> None:
    assert ApiError(code).meaning is meaning


def test_what_never_left_may_be_tried_again_and_what_left_may_not() -> None:
    assert isinstance(outcome(NotWrittenError("no connection")), NotSent)
    assert isinstance(outcome(NoAnswerError("no answer within 10 s")), Unknown)


def test_every_code_is_in_the_manual() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "wechat.md").read_text("utf8")
    listed = {int(code) for code in re.findall(r"^\| (-?\d+) \|", manual, re.MULTILINE)}

    assert listed == set(CODES)
