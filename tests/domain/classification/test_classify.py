import json
from collections import Counter
from pathlib import Path

import pytest

from domain.annex1 import SpecialtyRef
from domain.classification import MAX_CANDIDATES, Classification, Decision, classify
from domain.classification.lexicon import lexicon, specialty_keys

PHONE = [json.loads(line) for line in Path(__file__).with_name("phone_sentences.jsonl").read_text("utf8").splitlines()]


def first(text: str) -> str | None:
    answer = classify(text)
    keys = {ref: key for key, ref in specialty_keys().items()}
    return keys[answer.candidates[0].ref] if answer.candidates else None


def share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def test_sentences_as_typed_on_phones_are_understood() -> None:
    inside = [
        (classify(row["text"]), {SpecialtyRef(*each) for each in row["accept"]}) for row in PHONE if row["accept"]
    ]
    assert len(inside) > 200
    assert share([bool(answer.candidates) for answer, _ in inside]) >= 0.97
    assert share([bool(answer.candidates) and answer.candidates[0].ref in accept for answer, accept in inside]) >= 0.95
    fields = [
        (answer.candidates[0].ref.field if answer.candidates else None, {ref.field for ref in accept})
        for answer, accept in inside
    ]
    assert share([field in accepted for field, accepted in fields]) >= 0.96


def test_texts_of_other_trades_and_small_talk_are_answered_not_sure() -> None:
    outside = [classify(row["text"]) for row in PHONE if not row["accept"]]
    assert len(outside) > 40
    assert share([answer.decision is Decision.UNSURE for answer in outside]) >= 0.93


def test_scores_are_chances_not_promises() -> None:
    """Calibration: answers that sound 80 % sure and more are right that often, on sentences nobody fitted them to."""
    sure = [
        (answer.candidates[0], {SpecialtyRef(*each) for each in row["accept"]})
        for row in PHONE
        if (answer := classify(row["text"])).candidates and answer.candidates[0].score >= 0.8
    ]
    assert len(sure) > 50
    assert share([candidate.ref in accept for candidate, accept in sure]) >= 0.8


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("橋樑工程師", "civil.structural"),
        ("軟體工程師", "computing.computing"),
        ("ＰＬＣ编程", "electrical.automation"),
        ("核心网工程师", "telecom.networks"),
        ("civil works: bridges and tunnels", "civil.structural"),
        ("We repair relay PROTECTION panels", "electrical.power_systems"),
        ("暧通设计", "building.hvac"),
        ("做岩士的", "civil.geotechnical"),
        ("侨粱设计", "civil.structural"),
        ("suidao gongcheng", "civil.structural"),
        ("wo shi zuo nuantong de", "building.hvac"),
        ("wo shi lao ban", None),
    ],
)
def test_spellings_are_read_alike(text: str, key: str | None) -> None:
    assert first(text) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("我不是做土建的，我是做暖通的", "building.hvac"),
        ("不是土建是弱电", "building.electrical"),
        ("暖通不懂，只会弱电", "building.electrical"),
        ("跟汽车无关，我做化工", "environment.chemical"),
        ("土建不是我的专业，暖通才是", "building.hvac"),
        ("not a civil engineer, I work in mining", "geological.mining"),
        ("I have no experience in software, I work in mining", "geological.mining"),
        ("我不是做土建的", None),
        ("not a civil engineer", None),
    ],
)
def test_what_is_denied_does_not_count(text: str, key: str | None) -> None:
    assert first(text) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("不仅做桥梁还做隧道", "civil.structural"),
        ("除了钢结构别的没做过", "civil.structural"),
        ("不锈钢焊接", "mechanical.forming_control"),
        ("not only roads but also highways", "civil.other"),
    ],
)
def test_what_only_looks_denied_counts(text: str, key: str) -> None:
    assert first(text) == key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("毕业于某大学土木工程专业，现从事软件开发", "computing.computing"),
        ("以前学机械，现在做隧道", "civil.structural"),
        ("studied civil engineering, now I develop software", "computing.computing"),
        ("毕业于测绘工程专业", "geological.surveying"),
    ],
)
def test_the_present_work_outweighs_the_studies_but_the_studies_alone_answer(text: str, key: str) -> None:
    assert first(text) == key


@pytest.mark.parametrize(
    ("text", "overlap"),
    [
        ("给排水设计", "water_supply_drainage"),
        ("房屋结构设计", "building_structure"),
        ("暖通设计", "hvac"),
        ("边坡支护", "geotechnics"),
        ("水电站", "hydropower"),
        ("自动化", "automation"),
        ("网络工程", "network_engineering"),
        ("环保化工", "environmental_chemistry"),
        ("消防工程师", "fire_protection"),
    ],
)
def test_overlaps_of_annex_1_are_asked_about_not_guessed(text: str, overlap: str) -> None:
    answer = classify(text)
    assert answer.decision is Decision.WHICH
    assert answer.overlap is not None
    assert answer.overlap.id == overlap
    assert len([each for each in answer.candidates if answer.overlap.option(each.ref)]) >= 2


def test_a_plain_case_is_asked_as_one() -> None:
    answer = classify("我是继电保护工程师")
    assert answer.decision is Decision.ONE
    assert answer.overlap is None
    assert answer.candidates[0].ref == SpecialtyRef("电气工程类", "电力系统及其自动化专业")
    assert "继电保护" in answer.candidates[0].matched[0]


def test_a_word_across_two_words_is_not_found() -> None:
    assert all("气管" not in each.matched for each in classify("天然气管道").candidates)


def check_shape(answer: Classification) -> None:
    assert (answer.candidates == ()) == (answer.decision is Decision.UNSURE)
    assert len(answer.candidates) <= MAX_CANDIDATES
    scores = [each.score for each in answer.candidates]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert sum(scores) <= 1.001
    assert all(each.matched for each in answer.candidates)
    assert max(Counter(each.ref for each in answer.candidates).values(), default=1) == 1
    assert answer.lexicon_version == lexicon().version


@pytest.mark.parametrize("row", PHONE, ids=lambda row: row["text"][:12])
def test_every_answer_has_the_promised_shape(row: dict[str, str]) -> None:
    check_shape(classify(row["text"]))
