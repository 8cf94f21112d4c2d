"""How well and how fast specialties are classified: `python -m bench.classification --dev FILE`.

FILE holds labelled texts, one JSON object a line: `text`, `accept` (field and specialty pairs, best first, empty where
the text belongs to no field).
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from domain.annex1 import SpecialtyRef, annex1
from domain.classification import classify, warm_up

ROUNDS = 5
STARTS = 3
_FRESH_START = """
import time
started = time.perf_counter()
from domain.classification import classify
classify("我是做桥梁设计的")
print(time.perf_counter() - started)
"""

Classify = Callable[[str], Sequence[SpecialtyRef]]


class LabelledText(BaseModel):
    """One line of the data file."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    text: str
    accept: tuple[SpecialtyRef, ...]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Shares (0..1) of the texts that belong to a field, except `abstained`: of those that belong to none."""

    field_top1: float
    field_top3: float
    specialty_top1: float
    specialty_top3: float
    answered: float
    abstained: float


@dataclass(frozen=True, slots=True)
class ClassificationFigures:
    """What the benchmark found; speeds are texts a second, `first_answer` seconds from the start of the process."""

    texts: int
    classifier: Accuracy
    baseline: Accuracy
    speed: float
    jieba_speed: float
    first_answer: float

    def table(self) -> str:
        """The figures as they are printed."""
        names = ("field_top1", "field_top3", "specialty_top1", "specialty_top3", "answered", "abstained")
        rows = [f"specialty classification, {self.texts} texts", f"{'':22}" + "".join(f"{name:>16}" for name in names)]
        for label, accuracy in (("classifier", self.classifier), ("tokens in scope texts", self.baseline)):
            rows.append(f"{label:22}" + "".join(f"{getattr(accuracy, name):16.3f}" for name in names))
        ratio = self.speed / self.jieba_speed
        rows.append(f"{self.speed:.0f} texts/s; bare jieba.lcut {self.jieba_speed:.0f} texts/s; ratio {ratio:.2f}")
        rows.append(f"first answer {self.first_answer:.2f} s after the start of a fresh process")
        return "\n".join(rows)


def measure(dev: Path, starts: int = STARTS) -> ClassificationFigures:
    """Runs everything on one labelled file, and `starts` fresh processes; takes some ten seconds."""
    rows = [LabelledText.model_validate_json(line) for line in dev.read_text("utf8").splitlines() if line.strip()]
    warm_up()
    texts = [row.text for row in rows]
    jieba_cut = _jieba_cut()
    return ClassificationFigures(
        texts=len(rows),
        classifier=accuracy(rows, lambda text: [each.ref for each in classify(text).candidates]),
        baseline=accuracy(rows, _baseline(jieba_cut)),
        speed=_speed(classify, texts),
        jieba_speed=_speed(jieba_cut, texts),
        first_answer=min(_first_answer() for _ in range(starts)),
    )


def accuracy(rows: Sequence[LabelledText], answer: Classify) -> Accuracy:
    """Counts as the evaluation does: the first, or one of the first three, different fields or specialties."""
    inside = [(row, list(answer(row.text))) for row in rows if row.accept]
    outside = [answer(row.text) for row in rows if not row.accept]

    def share(top: int, *, of_fields: bool) -> float:
        hits = 0
        for row, refs in inside:
            offered = [ref.field for ref in refs] if of_fields else refs
            right = {ref.field for ref in row.accept} if of_fields else set(row.accept)
            hits += any(each in right for each in list(dict.fromkeys(offered))[:top])
        return hits / len(inside)

    return Accuracy(
        field_top1=share(1, of_fields=True),
        field_top3=share(3, of_fields=True),
        specialty_top1=share(1, of_fields=False),
        specialty_top3=share(3, of_fields=False),
        answered=sum(bool(refs) for _, refs in inside) / len(inside),
        abstained=sum(not refs for refs in outside) / len(outside) if outside else 0.0,
    )


def _baseline(cut: Callable[[str], list[str]]) -> Classify:
    """The naive way: how many of the text's tokens occur in each scope text."""
    document = annex1()
    scopes = {
        ref: f"{ref.specialty}{specialty.scope}" for ref in document.refs() if (specialty := document.specialty(ref))
    }

    def answer(text: str) -> list[SpecialtyRef]:
        tokens = {token for token in cut(text) if len(token) > 1}
        counts = {ref: sum(token in scope for token in tokens) for ref, scope in scopes.items()}
        return sorted((ref for ref, count in counts.items() if count), key=lambda ref: -counts[ref])[:5]

    return answer


def _jieba_cut() -> Callable[[str], list[str]]:
    import jieba  # noqa: PLC0415 - after the classifier has set it up

    tokenizer = jieba.Tokenizer()  # with its whole dictionary, loaded without a cache in the shared temporary folder
    tokenizer.FREQ, tokenizer.total = jieba.Tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    cut: Callable[[str], list[str]] = tokenizer.lcut
    cut("热身")
    return cut


def _speed(work: Callable[[str], object], texts: Sequence[str]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for text in texts:
            work(text)
        best = min(best, time.perf_counter() - started)
    return len(texts) / best


def _first_answer() -> float:
    run = subprocess.run([sys.executable, "-c", _FRESH_START], capture_output=True, text=True, check=True)
    return float(json.loads(run.stdout))


def main(arguments: Sequence[str] | None = None) -> ClassificationFigures:
    """Prints the figures and returns them."""
    parser = argparse.ArgumentParser(description="Accuracy and speed of the specialty classifier.")
    parser.add_argument("--dev", type=Path, required=True, help="labelled texts, one JSON object a line")
    figures = measure(parser.parse_args(arguments).dev)
    sys.stdout.write(figures.table() + "\n")
    return figures


if __name__ == "__main__":
    main()
