"""The verdict in lines: what the answers so far say about both levels."""

from datetime import date
from decimal import Decimal

from dialogs.cards import Arg, Line
from dialogs.context import Context
from dialogs.conversation import Answer, Thread
from dialogs.majors import major_is_engineering
from domain.annex1 import annex1
from domain.eligibility import Assessment, Facts, Finding, State, Verdict, assess, shown_years
from domain.vocabulary import Criterion, Degree, Language, Level, Posting

OUTSIDE = "none"
"""Value of the specialty answer for work that lies outside the 12 fields."""


def field_of(thread: Thread) -> str | None:
    """The field of the chosen specialty; '' for work outside the fields, None where it is not known yet."""
    value = thread.value("specialty")
    if value is None:
        return None
    return "" if value == OUTSIDE else str(value).split("/", 1)[0]


def degree_related_of(thread: Thread) -> bool | None:
    """Whether the degree is in engineering or a related subject: as the major's name shows, else as was answered."""
    if thread.value("degree") in (None, Degree.BELOW):
        return None
    major = thread.value("major")
    if major is not None and major_is_engineering(str(major)):
        return True
    answered = thread.value("degree_related")
    return answered if isinstance(answered, bool) else None


def facts_of(thread: Thread) -> Facts:
    """What the thread's answers say about the conditions."""
    degree, posting = thread.value("degree"), thread.value("posting")
    years, important = _years(thread.answers.get("related_years")), _years(thread.answers.get("important_years"))
    return Facts(
        field=field_of(thread),
        degree=Degree(str(degree)) if degree is not None else None,
        degree_related=degree_related_of(thread),
        years=years,
        important_years=important if important is None or years is None or important <= years else None,
        posting=Posting(str(posting)) if posting is not None else None,
    )


def _years(answer: Answer | None) -> Decimal | None:
    return Decimal(str(answer.value)) if answer is not None and answer.value is not None else None


def counted_on(thread: Thread, context: Context) -> date:
    """The day on which the years were given; from it a shortfall counts, however late the verdict is looked at."""
    given = [thread.answers[each].at for each in ("related_years", "important_years") if each in thread.answers]
    return context.date_of(min(given)) if given else context.today


def assessment_of(thread: Thread, context: Context) -> Assessment:
    """The verdict on the thread's answers, as of the day on which the years were given."""
    return assess(facts_of(thread), counted_on(thread, context), context.campaign)


def verdict_lines(thread: Thread, context: Context, language: Language, *, brief: bool = False) -> tuple[Line, ...]:
    """Each level with each condition: the figure given, the figure needed, from when a missing one is met.

    `brief`: of the conditions only those that are not met.
    """
    assessment = assessment_of(thread, context)
    preliminary = any(assessment[level].unknown for level in Level)
    heading = "verdict.heading_preliminary" if preliminary else "verdict.heading"
    lines = [Line(key=heading, args={"on": assessment.on.isoformat()})]
    for level in Level:
        verdict = assessment[level]
        lines.append(_summary(verdict))
        shown = [each for each in verdict.findings if not (brief and each.state is State.MET)]
        lines += [_finding(each, language) for each in shown]
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
