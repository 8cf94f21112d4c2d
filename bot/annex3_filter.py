"""Which applications an export is of: the filter of the chat, the command line and the desk, one for all."""

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement

from bot.store.tables import application, candidate, unit, withdrawal
from dialogs.cards import Line
from dialogs.texts import catalogue
from domain.application import ApplicationStatus, status_traits
from domain.vocabulary import Language, Level, Posting


class ExportFilter(BaseModel):
    """What all rows have in common; what is None or False asks for nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str | None = None
    field: str | None = None
    level: Level | None = None
    posting: Posting | None = None
    status: ApplicationStatus | None = None
    eligible: bool = False

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        """On application, candidate and unit."""
        if self.unit is not None:
            yield unit.c.name == self.unit
        if self.field is not None:
            yield candidate.c.field == self.field
        if self.level is not None:
            yield application.c.level == self.level
        if self.posting is not None:
            yield application.c.posting == self.posting
        if self.status is not None:
            yield application.c.status == self.status
        if self.eligible:
            yield application.c.eligible.is_(True)

    def conditions_on_withdrawn(self) -> Iterator[ColumnElement[bool]]:
        """On applications that were withdrawn: their status is that, so it is not asked for."""
        return self.model_copy(update={"status": None}).conditions()

    def conditions_on_erased(self) -> Iterator[ColumnElement[bool]]:
        """On what is left of erased applications: their posting and whether they were eligible is not."""
        if self.unit is not None:
            yield unit.c.name == self.unit
        if self.field is not None:
            yield withdrawal.c.field == self.field
        if self.level is not None:
            yield withdrawal.c.level == self.level

    def text(self, language: Language = Language.ZH) -> str:
        """The filter in the office's words, for 导出信息, the file's name and the audit."""
        words = [each for each in (self.unit, self.field) if each]
        if self.level is not None:
            words.append(_say(f"level.value.{self.level}", language))
        if self.posting is not None:
            words.append(_say(f"export_posting.value.{self.posting}", language))
        if self.status is not None:
            traits = status_traits(self.status)
            words.append(traits.zh if language is Language.ZH else traits.en)
        words = words or [_say("export_scope.value.all", language)]
        return "；".join((*words, _say(f"export_whom.value.{'eligible' if self.eligible else 'everyone'}", language)))


def _say(key: str, language: Language) -> str:
    return catalogue().say(Line(key=key), language)
