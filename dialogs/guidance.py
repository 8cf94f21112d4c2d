"""What the intake says before its later questions: best guesses, verdict, where the case stands."""

from dialogs.campaign_texts import SEPARATORS, campaign_line
from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Thread
from dialogs.effects import Effect, RecordClassification
from dialogs.intake_options import guesses
from dialogs.statement_coach import missing, wants_more
from dialogs.verdict import OUTSIDE, assessment_of, level_name, verdict_lines
from domain.classification import Classification, Decision
from domain.records import STATEMENT_LIMIT, statement_length
from domain.vocabulary import Language, Level

Lines = tuple[Line, ...]


def specialty_lines(thread: Thread, context: Context, language: Language) -> Lines:
    """How sure the classification is, the words it rests on, and how overlapping specialties differ."""
    found = guesses(thread, context)
    if found.decision is Decision.UNSURE:
        return (Line(key="specialty.unsure"),)
    words = SEPARATORS[language].join(dict.fromkeys(word for each in found.candidates for word in each.matched))
    lines = [Line(key=f"specialty.{found.decision}")]
    if words:
        lines.append(Line(key="specialty.matched", args={"words": words}))
    if found.overlap is not None:
        lines += _differences(found, language)
    return tuple(lines)


def _differences(found: Classification, language: Language) -> list[Line]:
    """One line on the overlap of Annex 1, then a line for each offered specialty that it names."""
    if found.overlap is None:
        return []
    zh = language is Language.ZH
    texts = [found.overlap.zh if zh else found.overlap.en]
    for suggestion in found.candidates:
        option = found.overlap.option(suggestion.ref)
        if option is not None:
            texts.append(option.zh if zh else option.en)
    return [Line(key="plain", args={"text": text}) for text in texts]


def level_lines(thread: Thread, context: Context, language: Language) -> Lines:
    """The verdict for both levels."""
    return verdict_lines(thread, context, language)


def review_lines(thread: Thread, context: Context, language: Language) -> Lines:
    """The verdict, and what insisting on a level means."""
    lines = list(verdict_lines(thread, context, language, brief=True))
    level = thread.value("level")
    if level is not None and not assessment_of(thread, context)[Level(str(level))].eligible:
        lines.append(Line(key="verdict.insist", args={"level": level_name(Level(str(level)))}))
    return tuple(lines)


def privacy_lines(_: Thread, context: Context, language: Language) -> Lines:
    """How data is used."""
    return (campaign_line("privacy.notice", context, language),)


def project_of(thread: Thread) -> str:
    """The project abroad that the person named, '' where they named none."""
    return str(thread.value("project") or thread.value("planned_project") or "")


def statement_lacks(thread: Thread) -> bool:
    """Whether the statement had better be looked at once more."""
    return wants_more(str(thread.value("statement") or ""), project_of(thread))


def coach_lines(thread: Thread, _: Context, __: Language) -> Lines:
    """How long the statement is, and what it does not say yet."""
    statement = str(thread.value("statement") or "")
    count = {"length": statement_length(statement), "limit": STATEMENT_LIMIT}
    lacking = missing(statement, project_of(thread))
    lines = [Line(key="coach.length", args=count)]
    if lacking:
        lines.append(Line(key="coach.missing"))
    return (*lines, *(Line(key=f"coach.{part}") for part in lacking))


def suggestion_effects(thread: Thread, context: Context) -> tuple[Effect, ...]:
    """What was suggested for the described work, and what the person chose, once they did."""
    text = str(thread.value("work") or "")
    found = guesses(thread, context)
    chosen = thread.value("specialty")
    pair = None
    if chosen is not None and chosen != OUTSIDE:
        field, specialty = str(chosen).split("/", 1)
        pair = (field, specialty)
    suggested = tuple((each.ref.field, each.ref.specialty, each.score, each.matched) for each in found.candidates)
    return (RecordClassification(text, found.lexicon_version, suggested, pair),)
