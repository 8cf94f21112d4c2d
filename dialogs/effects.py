"""What a step wants done besides showing cards: typed, applied by the shell in the turn's own transaction."""

from dataclasses import dataclass
from enum import StrEnum

from dialogs.conversation import Value
from domain.vocabulary import Language


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """An answer was given or changed; every version is kept. `answers` are the thread's after it."""

    script: str
    question: str
    value: Value
    said: str


@dataclass(frozen=True, slots=True)
class SubmitApplication:
    """The engineer handed in: the conversation's answers become (or replace) candidate and application."""


@dataclass(frozen=True, slots=True)
class ChangeLanguage:
    """The person chose the language they are written to in."""

    language: Language


@dataclass(frozen=True, slots=True)
class RedeemCode:
    """Bind the account to the role that a one-time code stands for; answered by a Done."""

    code: str


class ExportScope(StrEnum):
    """What /export asks first."""

    ALL = "all"
    UNIT = "unit"
    FIELD = "field"
    LEVEL = "level"


@dataclass(frozen=True, slots=True)
class RequestExport:
    """Make an Annex 3 workbook and send it here; answered by a Done with a file, later."""

    scope: ExportScope
    selected: str
    eligible_only: bool


@dataclass(frozen=True, slots=True)
class RequestStats:
    """Count the applications; answered by a Done."""


@dataclass(frozen=True, slots=True)
class RecordClassification:
    """A classification was shown: what was suggested, by which lexicon, and (when chosen) what the person took."""

    text: str
    lexicon_version: str
    suggested: tuple[tuple[str, str, float, tuple[str, ...]], ...]
    """(field, specialty, score, matched words), best first."""
    chosen: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class NoteRefusal:
    """Somebody without the role tried a command; goes to the audit."""

    action: str


Effect = (
    RecordAnswer
    | SubmitApplication
    | ChangeLanguage
    | RedeemCode
    | RequestExport
    | RequestStats
    | RecordClassification
    | NoteRefusal
)
