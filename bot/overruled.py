"""`hurentong classify --report` in words: where people chose another specialty than was offered first."""

from collections.abc import Iterator

from bot.store import classifications
from bot.store.store import Store
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.annex1 import SpecialtyRef
from domain.classification.overruled import Confusion, overruled_report
from domain.vocabulary import Language


def report_lines(store: Store, language: Language = Language.ZH) -> Iterator[str]:
    """The report's lines: totals, by lexicon version, then each kind of overruling, the most frequent first."""
    report = store.read_now(lambda connection: overruled_report(classifications.decisions(connection)))
    total = Line(
        key="operator.overruled",
        args={
            "decided": report.decided,
            "first": report.first_was_right,
            "offered": report.offered,
            "unsure": report.unsure,
            "undecided": report.undecided,
        },
    )
    yield catalogue().say(total, language)
    for version, decided, first in report.by_version:
        args = {"version": version, "decided": decided, "first": first}
        yield catalogue().say(Line(key="operator.overruled_version", args=args), language)
    for each in report.confusions:
        yield catalogue().say(_confusion(each), language)


def _confusion(each: Confusion) -> Line:
    words = " ".join(f"{word}×{count}" for word, count in each.words)
    return Line(
        key="operator.overruled_confusion",
        args={
            "count": each.count,
            "suggested": _name(each.suggested) if each.suggested else Line(key="operator.overruled_nothing"),
            "chosen": _name(each.chosen),
            "score": each.mean_score,
            "words": words or "—",
        },
    )


def _name(ref: SpecialtyRef) -> str:
    return f"{ref.field}/{ref.specialty}"
