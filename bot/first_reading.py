"""What the first person to answer would otherwise wait for, and everybody else with them: word tables, patterns, names.

The names' tables are read inside the writer's transaction when an application is handed in, so on a cold program that
one turn would hold up every other message for most of a second.
"""

from datetime import datetime

from bot.store.name_tokens import name_tokens
from dialogs.parsers.slots import parse_slots
from domain import patterns

_SENTENCE = "张伟，本科，土木工程，在缅甸仰光做桥梁设计八年，外派两年"
_NAME = "张伟"


def read_once(now: datetime) -> None:
    """Reads a sentence and a name; takes a second, so it is for a thread that nobody waits for."""
    patterns.compile_all()
    parse_slots(_SENTENCE, on=now.date())
    name_tokens(_NAME)
