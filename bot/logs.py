"""Logs: one JSON line an event (readable lines on a terminal), holding no personal data, token or message text.

Callers log numbers, ids and names of states. What slips in all the same is masked here: Chinese characters (names,
statements), digits long enough to be a phone, bot tokens, e-mail addresses.
"""

import logging
import re
import sys
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Any

import structlog

MASK = "***"

_PRIVATE = re.compile(
    r"\d{6,12}:[A-Za-z0-9_-]{30,}"  # a Telegram token, also inside an address
    r"|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|\+?\d[\d \-]{6,}\d"
    r"|[\u3400-\u9fff\uf900-\ufaff]+"
)
_PLAIN = frozenset({"timestamp", "level", "logger", "correlation", "row", "lane", "person", "account"})
"""Members made by the program itself: times, levels and row numbers are not masked."""

LOUD = ("httpx", "httpcore", "telegram", "jieba", "alembic", "uvicorn")
"""Libraries whose INFO lines hold addresses (with the bot token) or nothing of use."""


def configure(level: int = logging.INFO) -> None:
    """Sets up logging for the process; called once, before anything is logged."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        masked,
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if sys.stderr.isatty() else structlog.processors.JSONRenderer(ensure_ascii=True)
    )
    structlog.configure(
        processors=[*shared, renderer],
        logger_factory=_Straight,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True


class _Straight(structlog.WriteLogger):
    """Our own lines go straight out: the way through `logging`, which libraries' lines take, costs several times as
    much, and every turn writes one. A full disk or a closed pipe costs the line, never what was to be logged.
    """

    def __init__(self, name: str = "") -> None:
        super().__init__(sys.stderr)
        self.name = name

    def msg(self, message: str) -> None:
        """Writes the line."""
        with suppress(OSError, ValueError):
            super().msg(message)

    debug = info = warning = error = critical = msg


def masked(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The processor that keeps personal data out of every line."""
    for name, value in event.items():
        if name not in _PLAIN and isinstance(value, str):
            event[name] = _PRIVATE.sub(MASK, value)
        elif name not in _PLAIN and not isinstance(value, (int, float, bool, type(None))):
            event[name] = _PRIVATE.sub(MASK, str(value)) if not name.startswith("_") else value
    return event
