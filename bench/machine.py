"""On what the figures were measured."""

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("sqlalchemy", "starlette", "uvicorn", "pydantic", "openpyxl", "jieba", "python-telegram-bot")


def described() -> str:
    """Processor, memory, system, versions, and the day, as one paragraph."""
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}. {os.cpu_count()} processors ({_processor()}), {_memory_gb():.0f} GB, "
        f"{platform.system()} {platform.release()}; Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}; {versions}. Load when it began: {os.getloadavg()[0]:.1f}."
    )


def _processor() -> str:
    for line in _read("/proc/cpuinfo").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def _memory_gb() -> float:
    for line in _read("/proc/meminfo").splitlines():
        if line.startswith("MemTotal"):
            return int(line.split()[1]) / 2**20
    return 0.0


def _read(file: str) -> str:
    path = Path(file)
    return path.read_text("utf8") if path.exists() else ""
