"""`make bench`: every promised figure measured anew, one after the other, and written to docs/benchmarks.md.

`--quick` takes a minute or two: smaller counts, the same code. `--only NAME …` runs some sections and prints them
without writing the page, unless `--write` says so. Each section takes the place of its former self in the page as soon
as it is measured, and says when that was.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import described

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs/benchmarks.md"
SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Section:
    """One module of this package: what it shows, its arguments in full and for the quick run."""

    name: str
    title: str
    full: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()


SECTIONS = (
    Section("startup", "Start to the first served page, memory at rest"),
    Section("page", "Weight of the chat page"),
    Section("webhook", "Webhook: request to 200 with the row durable", (), ("--seconds", "5", "--rounds", "1")),
    Section(
        "turns",
        "Turns a second beside other frameworks",
        ("--rounds", "2", "--intakes", "100"),
        ("--rounds", "1", "--intakes", "50", "--bots", "product", "aiogram", "--loads", "webhook"),
    ),
    Section(
        "kill",
        "Updates lost by kill -9",
        ("--rounds", "1", "--bots", "product", "ptb", "aiogram"),
        ("--rounds", "1", "--bots", "product", "--modes", "polling"),
    ),
    Section(
        "broadcast", "Broadcast at a steady limit, with kill -9", ("--steady",), ("--steady", "--recipients", "60")
    ),
    Section("broadcast", "Broadcast at a moving limit", ("--recipients", "2000"), ("--recipients", "60")),
    Section(
        "growth",
        "Growth of the database",
        ("--rounds", "2"),
        ("--sizes", "1000", "10000", "--rounds", "1", "--intakes", "10"),
    ),
    Section(
        "scale_out",
        "More processes on PostgreSQL",
        ("--rounds", "1", "--people", "100"),
        ("--rounds", "1", "--people", "50"),
    ),
    Section(
        "classification",
        "Specialty classification beside bare jieba, texts that were tuned on",
        ("--dev", "bench/data/classify_dev.jsonl"),
        ("--dev", "bench/data/classify_dev.jsonl"),
    ),
    Section(
        "classification",
        "Specialty classification beside bare jieba, texts that nobody tuned on",
        ("--dev", "bench/data/classify_heldout.jsonl"),
        ("--dev", "bench/data/classify_heldout.jsonl"),
    ),
    Section("export", "Export of Annex 3 beside openpyxl", ("10000",), ("1000",)),
    Section("beside_export", "Turns beside an export of Annex 3", ("10000",), ("1000",)),
    Section("lanes", "A chat that hangs, a slow disk", (), ("--rounds", "1", "--seconds", "2")),
    Section("desk", "The desk's list and search", ("100000",), ("2000",)),
    Section("wechat_passive", "WeChat: passive replies", ("--seconds", "10"), ("--seconds", "5")),
)


def run(section: Section, *, quick: bool) -> tuple[bool, str]:
    """Runs one section in a process of its own; whether its promises held, and what it printed."""
    arguments = section.quick if quick else section.full
    done = subprocess.run(
        [sys.executable, "-m", f"bench.{section.name}", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode == 0, done.stdout.strip() or done.stderr.strip()[-2000:]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures; exit status 1 where a promise did not hold."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller counts, about a minute")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="sections to run")
    parser.add_argument("--write", action="store_true", help="write the page with --only or --quick too")
    chosen = parser.parse_args(arguments)
    sections = [each for each in SECTIONS if _exists(each) and (not chosen.only or each.name in chosen.only)]
    machine, held = described(), True
    for section in sections:
        begun = time.monotonic()
        good, printed = run(section, quick=chosen.quick)
        held = held and good
        when = f"measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC in {time.monotonic() - begun:.0f} s"
        text = f"```\n{printed}\n({when})\n```\n" + ("" if good else "\n**A promise did not hold.**\n")
        sys.stdout.write(f"## {section.title}\n\n{text}\n")
        sys.stdout.flush()
        if chosen.write or (not chosen.only and not chosen.quick):
            former = PAGE.read_text("utf8") if PAGE.exists() else ""
            PAGE.write_text(page(machine, sections_of(former) | {section.title: text}), encoding="utf8")
    return 0 if held else 1


def sections_of(page: str) -> dict[str, str]:
    """What stands in a page under each title."""
    titles_and_texts = (each.partition("\n\n") for each in page.split("\n## ")[1:])
    return {title: text.rstrip() + "\n" for title, _, text in titles_and_texts}


def page(machine: str, texts: Mapping[str, str]) -> str:
    """The whole page, in the order of SECTIONS; without those that there are no longer."""
    head = "# Benchmarks\n\nWritten by `make bench`; each section says when it was measured.\n\n" + machine + "\n"
    titles = [each.title for each in SECTIONS if each.title in texts]
    return "\n".join([head, *(f"## {title}\n\n{texts[title]}" for title in titles)])


def _exists(section: Section) -> bool:
    return (ROOT / "bench" / f"{section.name}.py").exists()


if __name__ == "__main__":
    sys.exit(main())
