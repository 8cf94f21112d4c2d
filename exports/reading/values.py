"""What a cell of a hand-filled form says, as the value it stands for, with a finding for whatever had to be guessed."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from domain.annex1 import annex1
from domain.vocabulary import Level
from exports.cell_text import many_lines, one_line
from exports.phone_text import read_phone, split_phones
from exports.reading.findings import Finding, FindingKind, Reason
from exports.reading.grid import GridCell
from exports.reading.headers import header_words, squeezed

Word = TypeVar("Word", bound=StrEnum)

_FULL_WIDTH_DIGIT = re.compile("[０-９]")
_PHONE_LABEL = re.compile(
    r"^(?:手机号?码?|电话号?码?|联系电话|联系方式|mobile|phone|tel)\.?\s*[:：]?\s*", re.IGNORECASE
)
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_COUNT = re.compile(r"(\d{1,7})(?:\.0*)?(?:个|名|人|位)*")
_ABOUT = re.compile(r"^(?:约|大约|近|>|≥|超过)?(\d{1,7})(?:余|多|\+)?(?:个|名|人|位)*(?:左右|以上)?$")
_SENIOR = ("资深", "高级", "senior")
_PROFESSIONAL = ("专业", "professional")


@dataclass(slots=True)
class Ledger:
    """Findings as they are made; `at` gives them their cell."""

    sheet: str
    findings: list[Finding] = field(default_factory=list)

    def at(self, address: str) -> "Note":
        """Writes findings for one cell."""
        return Note(self, address)


@dataclass(slots=True)
class Note:
    """One cell's place in the ledger."""

    ledger: Ledger
    address: str

    def repaired(self, reason: Reason, **args: object) -> None:
        """Taken, in another form."""
        self._add(FindingKind.REPAIRED, reason, args)

    def doubtful(self, reason: Reason, **args: object) -> None:
        """Left empty, or taken on a guess."""
        self._add(FindingKind.DOUBTFUL, reason, args)

    def wrong(self, reason: Reason, **args: object) -> None:
        """The row cannot be taken."""
        self._add(FindingKind.WRONG, reason, args)

    def _add(self, kind: FindingKind, reason: Reason, args: Mapping[str, object]) -> None:
        texts = tuple((name, str(value)) for name, value in args.items())
        self.ledger.findings.append(Finding(self.ledger.sheet, self.address, kind, reason, texts))


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones; nothing invisible."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))


def read_text(cell: GridCell, note: Note, clean: Callable[[str], str] = one_line) -> str:
    """A text; a date is none."""
    if cell.kind == "d":
        note.doubtful(Reason.IS_A_DATE, text=cell.text)
        return ""
    text = clean(cell.text)
    return "" if header_words().samples.ellipsis.search(squeezed(text)) else text


def read_statement(cell: GridCell, note: Note) -> str:
    """主要工程实践经历; the form's own example is none."""
    text = many_lines(cell.text)
    if header_words().samples.statement.search(squeezed(text)):
        note.doubtful(Reason.SAMPLE_LEFT, text=text)
        return ""
    return text


def read_candidate_phone(cell: GridCell, note: Note) -> str:
    """联系方式 as E.164; of several numbers the first, "" where there is none."""
    written = one_line(cell.text)
    if not written:
        return ""
    plain = _PHONE_LABEL.sub("", half_width(written))
    numbers = [(part, number) for part in split_phones(plain) if (number := read_phone(part))]
    if not numbers:
        note.doubtful(Reason.NOT_A_PHONE, text=written)
        return ""
    number = numbers[0][1]
    if len(numbers) > 1:
        note.doubtful(Reason.SECOND_PHONE, value=number, text="、".join(part for part, _ in numbers[1:]))
    if _FULL_WIDTH_DIGIT.search(written):
        note.repaired(Reason.FULL_WIDTH, text=written, value=number)
    elif cell.kind == "n":
        note.repaired(Reason.NUMBER_STORED, value=number)
    return number


def read_count(cell: GridCell, note: Note) -> int | None:
    """A number of persons; None where the cell is empty or holds something else."""
    written = one_line(cell.text)
    if not written or header_words().samples.ellipsis.search(squeezed(written)):
        return None
    plain = squeezed(half_width(written))
    exact = _COUNT.fullmatch(plain) if cell.kind in "sn" else None
    about = _ABOUT.fullmatch(plain) if cell.kind in "sn" else None
    if exact and int(exact[1]) <= 1_000_000:  # noqa: PLR2004 - the record's own bound
        value = int(exact[1])
        if _FULL_WIDTH_DIGIT.search(written):
            note.repaired(Reason.FULL_WIDTH, text=written, value=value)
        elif not plain.isdecimal():
            note.repaired(Reason.COUNT_READ, text=written, value=value)
        return value
    if about and int(about[1]) <= 1_000_000:  # noqa: PLR2004
        note.doubtful(Reason.COUNT_ABOUT, text=written, value=int(about[1]))
        return int(about[1])
    note.doubtful(Reason.NOT_A_COUNT, text=written)
    return None


def read_word(cell: GridCell, words: type[Word], note: Note) -> Word | None:
    """One of the printed choices (项目类型, 项目状态), also in the other words people use for them."""
    written = one_line(cell.text)
    if not written:
        return None
    seen = squeezed(written)
    for word in words:
        if seen == squeezed(word.value):
            return word
    other = next((value for key, value in header_words().words.items() if squeezed(key) == seen), None)
    if other in {word.value for word in words}:
        note.repaired(Reason.WORD_READ, text=written, value=other)
        return words(other)
    note.doubtful(Reason.UNKNOWN_WORD, text=written)
    return None


def read_level(cell: GridCell, note: Note) -> Level | None:
    """拟申请级别, by 专业 or 资深; both or neither is no answer."""
    seen = squeezed(cell.text)
    if not seen:
        return None
    senior, professional = any(word in seen for word in _SENIOR), any(word in seen for word in _PROFESSIONAL)
    if senior != professional:
        return Level.SENIOR if senior else Level.PROFESSIONAL
    note.doubtful(Reason.UNKNOWN_LEVEL, text=one_line(cell.text))
    return None


def read_field(cell: GridCell, note: Note) -> str:
    """所在领域: one of the 12 as printed; without 类, or by a specialty that only one field has, it is a guess."""
    written = one_line(cell.text)
    seen = squeezed(written)
    if not seen:
        return ""
    fields = annex1().fields
    if any(field.name == written for field in fields):
        return written
    stems = {squeezed(field.name).removesuffix("类"): field.name for field in fields}
    if seen.removesuffix("类") in stems:
        value = stems[seen.removesuffix("类")]
        note.repaired(Reason.WORD_READ, text=written, value=value)
        return value
    named = {name for stem, name in stems.items() if stem in seen}
    named = named or {
        each.name for each in fields if any(squeezed(s.name) in seen for s in each.specialties if s.scope)
    }
    if len(named) == 1:
        value = named.pop()
        note.doubtful(Reason.FIELD_GUESSED, text=written, value=value)
        return value
    note.doubtful(Reason.UNKNOWN_FIELD, text=written)
    return ""
