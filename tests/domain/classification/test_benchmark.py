from pathlib import Path

import pytest

from bench.classification import ClassificationFigures, LabelledText, accuracy, measure
from domain.annex1 import SpecialtyRef

CIVIL = SpecialtyRef("土木工程类", "结构工程")
GROUND = SpecialtyRef("土木工程类", "岩土工程")
HOUSE = SpecialtyRef("建筑工程类", "建筑结构")
CAR = SpecialtyRef("汽车工程类", "汽车研发工程")
PHONE = Path(__file__).with_name("phone_sentences.jsonl")


def test_fields_are_counted_without_repeats_and_specialties_in_order() -> None:
    rows = [
        LabelledText(text="a", accept=(HOUSE,)),
        LabelledText(text="b", accept=(CIVIL,)),
        LabelledText(text="c", accept=()),
    ]
    answers = {"a": [CIVIL, GROUND, CAR, HOUSE], "b": [GROUND, CIVIL], "c": [CAR]}
    found = accuracy(rows, answers.__getitem__)
    assert (found.field_top1, found.field_top3) == (0.5, 1.0)
    assert (found.specialty_top1, found.specialty_top3) == (0.0, 0.5)
    assert (found.answered, found.abstained) == (1.0, 0.0)


@pytest.mark.slow
def test_the_whole_benchmark_runs_and_beats_the_baseline(tmp_path: Path) -> None:
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(PHONE.read_text("utf8").splitlines()[::6]), "utf8")
    figures = measure(few, starts=1)
    assert isinstance(figures, ClassificationFigures)
    assert figures.classifier.specialty_top1 > figures.baseline.specialty_top1 + 0.2
    assert figures.speed > 0
    assert figures.jieba_speed > 0
    assert 0 < figures.first_answer < 10
    assert "jieba.lcut" in figures.table()
