"""Rules on read values: each gives the line that says what is wrong and what would be right, or None."""

from decimal import Decimal

from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Thread, Value
from dialogs.questions import Rule
from domain.eligibility import shown_years
from domain.records import STATEMENT_LIMIT, statement_length


def at_most(question: str, key: str) -> Rule:
    """The figure may not be above that of another answer; the line under `key` says both."""

    def rule(value: Value, thread: Thread, _: Context) -> Line | None:
        ceiling = thread.value(question)
        if isinstance(value, (int, float)) and isinstance(ceiling, (int, float)) and value > ceiling:
            return Line(key=key, args={"given": _shown(value), "ceiling": _shown(ceiling)})
        return None

    return rule


def _shown(value: float) -> str:
    return shown_years(Decimal(str(value)))


def accepted(key: str) -> Rule:
    """Only yes lets the dialogue go on; the line under `key` says why."""

    def rule(value: Value, _: Thread, __: Context) -> Line | None:
        return None if value is True else Line(key=key)

    return rule


def statement_fits(value: Value, _: Thread, __: Context) -> Line | None:
    """At most 300 characters, white space not counted (附件3)."""
    length = statement_length(str(value))
    if length > STATEMENT_LIMIT:
        return Line(
            key="statement.over_limit",
            args={"length": length, "limit": STATEMENT_LIMIT, "over": length - STATEMENT_LIMIT},
        )
    return None
