"""Texts that speak of the campaign: names, numbers and dates come from its data, never from the text itself."""

from collections.abc import Callable
from functools import cache, lru_cache

from dialogs.cards import Arg, Line
from dialogs.context import Context
from dialogs.texts import catalogue
from domain.campaign import Campaign
from domain.countries import country
from domain.eligibility import shown_years
from domain.vocabulary import Language

COLONS = {Language.ZH: "：", Language.EN: ": "}
SEPARATORS = {Language.ZH: "、", Language.EN: "; "}


def campaign_line(key: str, context: Context, language: Language) -> Line:
    """The text under that key with whatever its placeholders ask of the campaign; others have to be given elsewhere."""
    asked = placeholders_of(key)
    if not asked:
        return _plain_line(key)
    return _line(key, context.campaign.id, context.days_left, language, context)


@cache
def placeholders_of(key: str) -> frozenset[str]:
    """The names in braces of a text (the same in both languages, a test says)."""
    return catalogue()[key].placeholders(Language.ZH)


@lru_cache(maxsize=1024)
def _plain_line(key: str) -> Line:
    return Line(key=key)


def _line(key: str, campaign_id: str, days_left: int, language: Language, context: Context) -> Line:
    known = (key, campaign_id, days_left, language)
    line = _LINES.get(known)
    if line is None:
        if len(_LINES) > _LINES_AT_MOST:
            _LINES.clear()
        args = {
            name: FACTS[name](context.campaign, days_left, language) for name in placeholders_of(key) if name in FACTS
        }
        line = _LINES[known] = Line(key=key, args=args)
    return line


_LINES: dict[tuple[str, str, int, Language], Line] = {}
_LINES_AT_MOST = 1024


def _partners(campaign: Campaign, _: int, language: Language) -> Arg:
    return SEPARATORS[language].join(each.name[language] for each in campaign.partners)


def _partner_places(campaign: Campaign, _: int, language: Language) -> Arg:
    places = dict.fromkeys(each.country for each in campaign.partners)
    known = (country(each) for each in places)
    return SEPARATORS[language].join(each.name(language) for each in known if each is not None)


def _uses(campaign: Campaign, _: int, language: Language) -> Arg:
    colon = COLONS[language]
    return "\n".join(f"· {each.title[language]}{colon}{each.text[language]}" for each in campaign.certificate_uses)


def _steps(campaign: Campaign, _: int, language: Language) -> Arg:
    return "\n".join(f"{at}. {each.title[language]}" for at, each in enumerate(campaign.steps, 1))


def _step_text(step: str) -> "Fact":
    def text(campaign: Campaign, _: int, language: Language) -> Arg:
        return next((each.text[language] for each in campaign.steps if each.id == step), "")

    return text


def _deadline(campaign: Campaign, _: int, __: Language) -> Arg:
    on = campaign.deadline.on
    return Line(key="format.day", args={"year": on.year, "month": on.month, "day": on.day})


def _days_left(_: Campaign, days: int, __: Language) -> Arg:
    if days > 0:
        return Line(key="deadline.days_left", args={"days": days})
    return Line(key="deadline.last_day" if days == 0 else "deadline.passed")


def _website(campaign: Campaign, _: int, __: Language) -> Arg:
    return " ".join(each.url for each in campaign.websites)


Fact = Callable[[Campaign, int, Language], Arg]

FACTS: dict[str, Fact] = {
    "year": lambda campaign, _, __: str(campaign.year),
    "document_number": lambda campaign, _, __: campaign.document_number,
    "association": lambda campaign, _, language: campaign.organisations.association[language],
    "secretariat": lambda campaign, _, language: campaign.organisations.secretariat[language],
    "federation": lambda campaign, _, language: campaign.organisations.federation[language],
    "contact_person": lambda campaign, _, __: campaign.contact.person,
    "office_phone": lambda campaign, _, __: campaign.contact.phone,
    "mailbox": lambda campaign, _, __: campaign.contact.mailbox,
    "retention_months": lambda campaign, _, __: campaign.retention_months,
    "kept_until": lambda campaign, _, __: campaign.data_kept_until.isoformat(),
    "planned_years": lambda campaign, _, __: campaign.conditions.planned_posting_years,
    "minimum_degree": lambda campaign, _, __: Line(key=f"degree.value.{campaign.conditions.minimum_degree}"),
    "professional_years": lambda campaign, _, __: shown_years(campaign.conditions.professional.related_years),
    "professional_important": lambda campaign, _, __: shown_years(campaign.conditions.professional.important_years),
    "senior_years": lambda campaign, _, __: shown_years(campaign.conditions.senior.related_years),
    "senior_important": lambda campaign, _, __: shown_years(campaign.conditions.senior.important_years),
    "months_at_most": lambda campaign, _, __: campaign.evaluation.months_at_most,
    "deadline": _deadline,
    "days_left": _days_left,
    "partners": _partners,
    "partner_places": _partner_places,
    "certificate_uses": _uses,
    "steps": _steps,
    "briefing_step": _step_text("briefing"),
    "allocation_step": _step_text("allocation"),
    "review_step": _step_text("review"),
    "recognition_step": _step_text("recognition"),
    "website": _website,
}
"""What a text may say of the campaign, by the name of its placeholder."""
