"""Specialty classification: an engineer's own words -> specialties of Annex 1, or an honest "not sure"."""

from domain.classification.engine import classify, configure, warm_up
from domain.classification.overlaps import Overlap, OverlapOption
from domain.classification.results import MAX_CANDIDATES, Classification, Decision, Suggestion

__all__ = [
    "MAX_CANDIDATES",
    "Classification",
    "Decision",
    "Overlap",
    "OverlapOption",
    "Suggestion",
    "classify",
    "configure",
    "warm_up",
]
