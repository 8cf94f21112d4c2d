import json

from domain.classification import classify
from domain.classification.lines import classify_lines


def answers(*lines: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in classify_lines(lines)]


def test_a_text_gives_its_candidates_best_first() -> None:
    [answer] = answers('{"text": "我是继电保护工程师"}\n')
    assert answer["text"] == "我是继电保护工程师"
    expected = classify("我是继电保护工程师").candidates
    assert answer["candidates"] == [
        {"field": each.ref.field, "specialty": each.ref.specialty, "score": each.score, "matched": list(each.matched)}
        for each in expected
    ]


def test_not_sure_is_an_empty_list() -> None:
    assert answers('{"text": "我是厨师"}') == [{"text": "我是厨师", "candidates": []}]


def test_a_bad_line_gives_an_error_and_the_rest_goes_on() -> None:
    bad = ["{", "[]", "{}", '{"text": 5}', '{"text": null}', "文字", "[" * 100_000]
    for line in bad:
        error, good = answers(line, '{"text": "隧道工程师"}')
        assert error["line"] == 1
        assert "text" in str(error["error"])
        assert good["candidates"]


def test_blank_lines_are_passed_over_but_counted() -> None:
    [error] = answers("", "\n", "nonsense")
    assert error["line"] == 3


def test_unknown_keys_are_no_error() -> None:
    assert answers('{"text": "隧道工程师", "id": 7}')[0]["candidates"]


def test_a_lone_surrogate_comes_back_as_writable_text() -> None:
    [line] = classify_lines(['{"text": "\\ud800隧道工程师"}'])
    line.encode("utf8")
    assert json.loads(line)["text"] == "\ud800隧道工程师"


def test_a_line_is_answered_before_the_next_is_read() -> None:
    asked = []

    def lines() -> object:
        for text in ("隧道工程师", "会计"):
            asked.append(text)
            yield json.dumps({"text": text})

    stream = classify_lines(lines())  # type: ignore[arg-type]
    next(stream)
    assert asked == ["隧道工程师"]
