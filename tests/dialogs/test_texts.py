import re
import string
from importlib.resources import files
from pathlib import Path

import pytest

from dialogs.campaign_texts import FACTS
from dialogs.cards import Line
from dialogs.consent import digest, notices
from dialogs.effects import ExportScope
from dialogs.events import Kind
from dialogs.faq import known
from dialogs.intake_values import shows_enum
from dialogs.parsers.outcome import AskReason, ErrorReason
from dialogs.questions import Group
from dialogs.scripts import SCRIPTS
from dialogs.statement_coach import Part
from dialogs.texts import Catalogue, Text, catalogue
from dialogs.units import WHAT
from domain.classification import Decision
from domain.eligibility import Case
from domain.errors import DataFileError
from domain.vocabulary import Criterion, Degree, Language, Level, Posting, ProjectStatus, ProjectType

ROOT = Path(str(files("dialogs"))).parent
CODE = "\n".join(
    path.read_text("utf8") for package in ("dialogs", "bot") for path in sorted((ROOT / package).rglob("*.py"))
)
PAGES = "\n".join(path.read_text("utf8") for path in sorted((ROOT / "bot").rglob("*.html")))
WRITTEN = set(re.findall(r"[\"']([a-z_0-9]+(?:\.[a-z_0-9]+)*)[\"']", CODE + PAGES))
PREFIXES = (
    *re.findall(r"f[\"']([a-z_0-9]+\.[a-z_0-9.]*)\{", CODE),
    *re.findall(r"[\"']([a-z_0-9]+\.[a-z_0-9.]*\.)[\"'] ~", PAGES),
)
"""Of keys that code and pages put together, such as f"verdict.{…}"."""
QUESTIONS = [question for script in SCRIPTS.values() for question in script.questions]
ENUMS = {
    "degree": [*Degree],
    "posting": [*Posting],
    "language": [*Language],
    "level": [*Level],
    "export_scope": [*ExportScope],
    "yesno": ["true", "false"],
    "export_whom": ["eligible", "everyone", "complete"],
    "unit_what": [*WHAT],
    "project_type": [each.name.lower() for each in ProjectType],
    "project_status": [each.name.lower() for each in ProjectStatus],
}


def made_by_questions() -> set[str]:
    """Keys that the engine makes of a question's id, and those of its own that a question may have."""
    keys = set()
    for question in QUESTIONS:
        keys |= {f"{question.id}.{part}" for part in ("ask", "label", "help")}
        keys |= {f"{question.id}.{menu.split(':')[0]}.ask" for menu in question.menus}
        keys |= {f"{question.id}.{part}" for part in ("no_skip", "yes", "no", *AskReason, *ErrorReason)} & set(
            catalogue()
        )
    return keys


def made_by_enums() -> set[str]:
    keys = {f"{name}.value.{each}" for name, members in ENUMS.items() for each in members}
    keys |= {f"problem.{each}" for each in (*AskReason, *ErrorReason)}
    keys |= {f"unreadable.{each}" for each in Kind}
    keys |= {f"group_{each}" for each in Group} | {f"coach.{each}" for each in Part}
    keys |= {f"faq.{each.id}" for each in known().question}
    keys |= {f"verdict.{criterion}_{case}" for criterion in Criterion for case in Case} & set(catalogue())
    keys |= {f"verdict.recommend_{each}" for each in (*Level, "none")} | {f"verdict.{each}_name" for each in Level}
    keys |= {f"specialty.{each}" for each in Decision}
    return keys


def test_both_languages_of_every_text_have_the_same_placeholders() -> None:
    for key in catalogue():
        text = catalogue()[key]
        assert text.placeholders(Language.ZH) == text.placeholders(Language.EN), key


def test_no_text_is_empty_in_either_language() -> None:
    for key in catalogue():
        assert catalogue()[key].zh.strip(), key
        assert catalogue()[key].en.strip(), key


def test_no_key_that_the_questions_and_enumerations_make_is_missing() -> None:
    assert not (made_by_questions() | made_by_enums()) - set(catalogue())


def test_no_text_is_unused() -> None:
    made = WRITTEN | made_by_questions() | made_by_enums()

    unused = {key for key in catalogue() if key not in made and not key.startswith(PREFIXES)}

    assert unused == set()


def test_every_key_that_is_written_as_a_line_exists() -> None:
    for key in set(re.findall(r"Line\(key=\"([^\"{]+)\"", CODE)):
        assert key in catalogue(), key


def test_every_question_has_back_help_and_skip_or_a_reason_why_not() -> None:
    for question in QUESTIONS:
        assert f"{question.id}.help" in catalogue(), question.id
        assert question.skippable or f"{question.id}.no_skip" in catalogue() or "skip.not_here" in catalogue()


def test_placeholders_of_asked_texts_are_filled_from_the_campaign() -> None:
    for question in QUESTIONS:
        for part in ("ask", "help", "no_skip"):
            key = f"{question.id}.{part}"
            if key in catalogue():
                assert catalogue()[key].placeholders(Language.ZH) <= FACTS.keys(), key
    for each in known().question:
        assert catalogue()[f"faq.{each.id}"].placeholders(Language.ZH) <= FACTS.keys()


def test_a_problem_asks_for_nothing_but_what_every_reading_tells() -> None:
    for reason in (*AskReason, *ErrorReason):
        allowed = {"length", "limit"} if reason is ErrorReason.TOO_LONG else set()
        for key in (f"problem.{reason}", *(f"{each.id}.{reason}" for each in QUESTIONS)):
            if key in catalogue():
                assert catalogue()[key].placeholders(Language.ZH) <= allowed, key


def test_no_text_names_what_belongs_to_one_years_campaign() -> None:
    for path in (ROOT / "dialogs/data/texts").glob("*.toml"):
        text = path.read_text("utf8")
        for named in ("63616287", "ceacq", "马俊杰", "2025年工程", "4月28日"):
            assert named not in text, (path.name, named)


def test_a_changed_notice_has_a_new_version() -> None:
    for notice in notices().values():
        assert digest(notice) == notice.digest, f"raise the version and write {digest(notice)}"


def test_a_text_that_looks_like_a_placeholder_is_shown_as_it_is() -> None:
    texts = Catalogue({"plain": Text(zh="{text}", en="{text}")})

    said = texts.say(Line(key="plain", args={"text": "{name} {0} {{"}), Language.ZH)

    assert said == "{name} {0} {{"


def test_a_missing_key_says_where_texts_stand() -> None:
    with pytest.raises(DataFileError, match="dialogs/data/texts"):
        catalogue()["no.such.key"]


def test_the_catalogue_uses_plain_placeholders_only() -> None:
    for key in catalogue():
        for language in Language:
            for _, name, spec, _ in string.Formatter().parse(catalogue()[key][language]):
                assert name is None or name.isidentifier(), key
                assert spec in (None, "", "02d"), key


def test_a_skipped_answer_reads_as_not_given() -> None:
    assert shows_enum("degree")(None, Language.ZH).key == "not_given"
