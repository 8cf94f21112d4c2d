"""`classify --jsonl`: one JSON object a line in, one a line out; a bad line gives a line with `error`."""

import json
from collections.abc import Iterable, Iterator

from pydantic import BaseModel, ConfigDict, StrictStr, ValidationError

from domain.classification.engine import classify
from domain.classification.results import Classification


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    text: StrictStr


class CandidateLine(BaseModel):
    """One candidate as the contract words it."""

    model_config = ConfigDict(frozen=True)

    field: str
    specialty: str
    score: float
    matched: tuple[str, ...]


class AnswerLine(BaseModel):
    """One line of the answer; no candidates means "not sure"."""

    model_config = ConfigDict(frozen=True)

    text: str
    candidates: tuple[CandidateLine, ...]

    @classmethod
    def of(cls, answer: Classification) -> "AnswerLine":
        """The line for a classification."""
        return cls(
            text=answer.text,
            candidates=tuple(
                CandidateLine(
                    field=each.ref.field, specialty=each.ref.specialty, score=each.score, matched=each.matched
                )
                for each in answer.candidates
            ),
        )


class ErrorLine(BaseModel):
    """What is wrong with a line of the input; `line` counts from 1, blank lines included."""

    model_config = ConfigDict(frozen=True)

    line: int
    error: str


def classify_lines(lines: Iterable[str]) -> Iterator[str]:
    """Answers each `{"text": …}` line in order, as it comes; blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _answer(number, line)


def _answer(number: int, line: str) -> str:
    try:
        # json rather than pydantic's own parser: that one refuses the lone surrogates ("\ud800") JSON may carry.
        request = _Request.model_validate(json.loads(line))
    except (json.JSONDecodeError, RecursionError, ValidationError):
        return _json(ErrorLine(line=number, error='expected a JSON object with a string "text"'))
    return _json(AnswerLine.of(classify(request.text)))


def _json(line: AnswerLine | ErrorLine) -> str:
    # A lone surrogate cannot be written as UTF-8; it goes out as it came in, escaped.
    text = json.dumps(line.model_dump(), ensure_ascii=False)
    return text if _writable(text) else json.dumps(line.model_dump())


def _writable(text: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in text)
