"""Typed answers and what they mean, written down from general knowledge in phrases.jsonl."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from dialogs.parsers.lines import Kind, parse_lines

ON = date(2025, 4, 1)
PHRASES = [json.loads(line) for line in Path(__file__).with_name("phrases.jsonl").read_text("utf-8").splitlines()]
AMBIGUOUS = ["五年多", "十几年", "七八年", "5-8年", "毕业到现在", "十来年", "五六年", "从大学毕业到现在"]


def read(kind: str, text: str, region: str | None = None, on: date = ON) -> dict[str, object]:
    [line] = parse_lines(Kind(kind), [json.dumps({"text": text})], on=on, region=region)
    answer: dict[str, object] = json.loads(line)
    return answer


def on_of(phrase: dict[str, object]) -> date:
    """The day that since-dates are counted to."""
    return date.fromisoformat(str(phrase.get("on", ON)))


def test_there_are_enough_phrases_of_every_kind():
    kinds = Counter(phrase["kind"] for phrase in PHRASES)
    assert sum(kinds[kind] for kind in ("years", "date", "degree", "country", "phone")) >= 300
    assert min(kinds[kind] for kind in ("years", "date", "degree", "country", "phone", "yesno")) >= 40
    assert len({(each["kind"], each["text"], each.get("region"), on_of(each)) for each in PHRASES}) == len(PHRASES)


@pytest.mark.parametrize("kind", sorted({phrase["kind"] for phrase in PHRASES}))
def test_at_least_98_percent_of_the_phrases_are_read_exactly(kind):
    phrases = [phrase for phrase in PHRASES if phrase["kind"] == kind]
    wrong = []
    for phrase in phrases:
        expected = {key: phrase[key] for key in ("value", "ask", "error") if key in phrase}
        got = read(kind, phrase["text"], phrase.get("region"), on_of(phrase))
        if got != expected:
            wrong.append((phrase["text"], expected, got))
    assert len(wrong) <= 0.02 * len(phrases), wrong


@pytest.mark.parametrize("text", AMBIGUOUS)
def test_ambiguous_years_are_asked_back_never_guessed(text):
    assert "ask" in read("years", text)


@pytest.mark.parametrize(("kind", "text"), [("degree", "研究生"), ("country", "刚果"), ("degree", "硕士研究生在读")])
def test_ambiguous_degrees_and_countries_are_asked_back(kind, text):
    assert "ask" in read(kind, text)


@pytest.mark.parametrize("phrase", [p for p in PHRASES if "value" in p], ids=lambda p: f"{p['kind']}:{p['text']}")
def test_full_width_traditional_and_padded_spellings_mean_the_same(phrase):
    text = phrase["text"]
    wide = "".join(chr(ord(each) + 0xFEE0) if each.isdigit() and each.isascii() else each for each in text)
    expected = read(phrase["kind"], text, phrase.get("region"), on_of(phrase))
    assert read(phrase["kind"], f" \u200b{wide}\n", phrase.get("region"), on_of(phrase)) == expected
