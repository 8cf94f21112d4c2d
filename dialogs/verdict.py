"""The verdict in lines: what the answers so far say about both levels."""

from datetime import date
from decimal import Decimal

from dialogs.cards import Arg, Line
from dialogs.context import Context
from dialogs.conversation import Answer, Thread
from domain.annex1 import annex1
from domain.eligibility import Assessment, Facts, Finding, Verdict, assess, shown_years
from domain.vocabulary import Criterion, Degree, Language, Level, Posting

OUTSIDE = "none"
"""Value of the specialty answer for work that lies outside the 12 fields."""


def field_of(thread: Thread) -> str | None:
    """The field of the chosen specialty; '' for work outside the fields, None where it is not known yet."""
    value = thread.value("specialty")
    if value is None:
        return None
    return "" if value == OUTSIDE else str(value).split("/", 1)[0]


def facts_of(thread: Thread) -> Facts:
    """What the thread's answers say about the conditions."""
    degree, posting = thread.value("degree"), thread.value("posting")
    related = thread.value("degree_related")
    return Facts(
        field=field_of(thread),
        degree=Degree(str(degree)) if degree is not None else None,
        degree_related=related if isinstance(related, bool) else None,
        years=_years(thread.answers.get("related_years")),
        important_years=_years(thread.answers.get("important_years")),
        posting=Posting(str(posting)) if posting is not None else None,
    )


def _years(answer: Answer | None) -> Decimal | None:
    return Decimal(str(answer.value)) if answer is not None and answer.value is not None else None


def assessment_of(thread: Thread, context: Context) -> Assessment:
    """The verdict on the thread's answers, today."""
    return assess(facts_of(thread), context.now.date(), context.campaign)


def verdict_lines(thread: Thread, context: Context, language: Language) -> tuple[Line, ...]:
    """Each level with each condition: the figure given, the figure needed, from when a missing one is met."""
    assessment = assessment_of(thread, context)
    preliminary = any(assessment[level].unknown for level in Level)
    heading = "verdict.heading_preliminary" if preliminary else "verdict.heading"
    lines = [Line(key=heading, args={"on": assessment.on.isoformat()})]
    for level in Level:
        verdict = assessment[level]
        lines.append(_summary(verdict))
        lines += [_finding(each, language) for each in verdict.findings]
    if not preliminary:
        lines.append(Line(key=f"verdict.recommend_{assessment.recommended or 'none'}"))
    return tuple(lines)


def level_name(level: Level) -> Line:
    """专业工程会员 / 资深工程会员."""
    return Line(key=f"verdict.{level}_name")


def _summary(verdict: Verdict) -> Line:
    args: dict[str, Arg] = {"level": level_name(verdict.level)}
    if verdict.eligible:
        return Line(key="verdict.eligible", args=args)
    if verdict.unmet and verdict.eligible_on is not None:
        return Line(key="verdict.not_eligible_until", args=args | {"met_on": _month(verdict.eligible_on)})
    if verdict.unmet:
        return Line(key="verdict.not_eligible", args=args | {"count": len(verdict.unmet)})
    return Line(key="verdict.open", args=args | {"count": len(verdict.unknown)})


def _finding(finding: Finding, language: Language) -> Line:
    args: dict[str, Arg] = {}
    for name, value in (("given", finding.given), ("needed", finding.needed)):
        if value is not None:
            args[name] = _shown(finding.criterion, value, language)
    if finding.met_on is not None:
        args["met_on"] = _month(finding.met_on)
    return Line(key=finding.text_key, args=args)


def _shown(criterion: Criterion, value: Decimal | str, language: Language) -> Arg:
    if isinstance(value, Decimal):
        return shown_years(value)
    if criterion is Criterion.EDUCATION:
        return Line(key=f"degree.value.{value}")
    if criterion is Criterion.FIELD:
        field = annex1().field(value)
        return field.name_in(language) if field is not None else value
    return value


def _month(day: date) -> Line:
    return Line(key="format.month", args={"year": day.year, "month": day.month})
