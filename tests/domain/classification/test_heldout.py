"""Texts that were labelled without looking at the lexicon: the floors hold on them, and stay held."""

from pathlib import Path

from bench.classification import LabelledText, accuracy
from domain.classification import classify

HELDOUT = Path(__file__).parents[3] / "bench/data/classify_heldout.jsonl"


def test_the_floors_hold_on_texts_written_by_others() -> None:
    rows = [LabelledText.model_validate_json(line) for line in HELDOUT.read_text("utf8").splitlines()]

    found = accuracy(rows, lambda text: [each.ref for each in classify(text).candidates])

    assert found.field_top1 >= 0.90
    assert found.field_top3 >= 0.97
    assert found.specialty_top1 >= 0.80
    assert found.specialty_top3 >= 0.92
    assert found.answered >= 0.95
    assert found.abstained >= 0.85
