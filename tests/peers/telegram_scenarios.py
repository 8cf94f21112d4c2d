"""Named weathers for the emulator: limits and faults together, read from `telegram_scenarios.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.peers.telegram_faults import FaultSettings
from tests.peers.telegram_limits import LimitSettings

_NAMED = Path(__file__).with_name("telegram_scenarios.toml")


@dataclass(slots=True, frozen=True)
class Scenario:
    """How Telegram behaves."""

    limits: LimitSettings
    faults: FaultSettings


def scenarios() -> dict[str, Scenario]:
    """All named scenarios."""
    return {name: _scenario(table) for name, table in tomllib.loads(_NAMED.read_text(encoding="utf-8")).items()}


def scenario_named(name: str) -> Scenario:
    """A scenario by name, or from a TOML file with tables `limits` and `faults`; raises ValueError for neither."""
    path = Path(name)
    if path.suffix == ".toml":
        return _scenario(tomllib.loads(path.read_text(encoding="utf-8")))
    named = scenarios()
    if name not in named:
        raise ValueError(f"no scenario {name!r}; there are {', '.join(sorted(named))}")
    return named[name]


def _scenario(table: dict[str, Any]) -> Scenario:
    faults = dict(table.get("faults", {}))
    if "only" in faults:
        faults["only"] = tuple(method.lower() for method in faults["only"])
    return Scenario(LimitSettings(**table.get("limits", {})), FaultSettings(**faults))
