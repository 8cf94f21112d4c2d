"""A call's arguments, however they travelled: query string, form, multipart or JSON body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from tests.peers.telegram_errors import bad_request


@dataclass(slots=True, frozen=True)
class Upload:
    """A file in a multipart body."""

    name: str
    data: bytes
    mime_type: str


class Arguments:
    """Typed look-ups; a wrong value is refused with the server's own words."""

    __slots__ = ("files", "values")

    def __init__(self, values: Mapping[str, Any], files: Mapping[str, Upload] | None = None) -> None:
        self.values = values
        self.files = files or {}

    def text(self, name: str) -> str:
        """A string, empty if missing."""
        value = self.values.get(name)
        if value is None:
            return ""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return str(value)
        return value if isinstance(value, str) else json.dumps(value)

    def integer(self, name: str, default: int, low: int = -(2**63), high: int = 2**63 - 1) -> int:
        """A number clamped to the range, the default if missing or no number."""
        try:
            value = int(self.text(name))
        except ValueError:
            return default
        return min(max(value, low), high)

    def flag(self, name: str) -> bool:
        """A boolean in any of the spellings the server takes."""
        return self.text(name).strip().lower() in ("true", "yes", "1")

    def json(self, name: str, what: str) -> Any:
        """A JSON-serialised argument, None if missing; `what` names it in the complaint."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return json.loads(value)
        except ValueError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def strings(self, name: str) -> list[str] | None:
        """A JSON array of strings; None if missing or anything else."""
        value = self.values.get(name)
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError:
                return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return None
        return cast("list[str]", value)

    def chat_id(self) -> int:
        """`chat_id` as a number; the emulator has no public user names to look up."""
        raw = self.text("chat_id").strip()
        if not raw:
            raise bad_request("chat_id is empty")
        try:
            return int(raw)
        except ValueError:
            raise bad_request("chat not found") from None

    def message_id(self) -> int:
        """`message_id`, which must be there."""
        value = self.integer("message_id", 0)
        if value <= 0:
            raise bad_request("message identifier is not specified")
        return value
