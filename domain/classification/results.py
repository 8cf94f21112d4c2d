"""What a classification says: ranked specialties with scores, and how sure the product may sound about them."""

from dataclasses import dataclass
from enum import StrEnum

from domain.annex1 import SpecialtyRef
from domain.classification.overlaps import Overlap

MAX_CANDIDATES = 5


class Decision(StrEnum):
    """How the bot should ask the engineer to confirm."""

    ONE = "one"  # "is it this?"
    WHICH = "which"  # "which of these?"
    UNSURE = "unsure"  # nothing is offered; ask in another way


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One specialty offered; `score` (0..1) is the calibrated chance that it is right, `matched` what spoke for it."""

    ref: SpecialtyRef
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Classification:
    """The whole answer for one text.

    `candidates` holds at most `MAX_CANDIDATES`, best first, and is empty exactly when `decision` is UNSURE.
    `overlap` is set where Annex 1 names the subject in several specialties, so that the engineer has to choose.
    """

    text: str
    decision: Decision
    candidates: tuple[Suggestion, ...]
    lexicon_version: str
    overlap: Overlap | None = None
