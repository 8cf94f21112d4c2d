"""What people say without being asked: several answers in one sentence, and corrections of answers given before."""

import re
from collections.abc import Mapping
from typing import Any

from dialogs.cards import Input
from dialogs.context import Context
from dialogs.conversation import Answer, Conversation, Thread, Value
from dialogs.parsers.corrections import parse_correction
from dialogs.parsers.normal import folded
from dialogs.parsers.slot_labels import label_words, question_named
from dialogs.parsers.slots import parse_slots
from dialogs.questions import Question
from dialogs.script import Script
from dialogs.taken import Answered, Proposed
from domain.countries import country
from domain.vocabulary import Language, Posting

LONG_ENOUGH = 12
"""Characters from which words with a comma or a space between may answer several questions."""

LONG = 60
"""Bytes (a Chinese character takes three) from which even such an answer may be about anything."""

LONGER_THAN_AN_OPTION = 6
"""Characters from which an answer to a question whose answers tell more is looked through."""

_PARTS = re.compile(r"[,，;；。、\n]|[.!?] | (?=\S{3,})")
_EDIT = re.compile(r"(?:我?要|我想)?(?:修改|更改|改一下|改)(?:我的)?|(?:change|edit) (?:my |the )?", re.IGNORECASE)
_NOW = re.compile(r"现在|目前|正在|currently|right now|at present|\bnow\b", re.IGNORECASE)
_IF_PLANNED = {"country": "planned_country", "project": "planned_project"}


def says_more(words: str, question: Question) -> bool:
    """Whether it is worth looking for answers to other questions than the one that is open."""
    if question.input is Input.LONG_TEXT or question.on_request:
        return False
    return tells_more(words, question) or (len(words) >= LONG_ENOUGH and _PARTS.search(words) is not None)


def tells_more(words: str, question: Question) -> bool:
    """Whether words longer than an option's may say more than the question asked."""
    return bool(question.telling) and len(words) >= LONGER_THAN_AN_OPTION


def proposals_in(
    words: str, conversation: Conversation, script: Script, context: Context
) -> Proposed | Answered | None:
    """What the words say about questions without an answer; None where it is nothing beyond the open question.

    The open question alone is answered at once; anything else is to be confirmed first.
    """
    thread = conversation.active
    if thread.open is None or conversation.side is not None:
        return None
    opened = script.by_id[thread.open.id]
    within = {opened.id, *opened.telling} if opened.telling and len(words.encode()) < LONG else script.by_id.keys()
    found = {
        question: Answer(value=value, said=words, at=context.now)
        for question, value in _slots(words, conversation, context).items()
        if question in within
        and (question not in thread.answers or question == thread.open.id)
        and thread.value(question) != value
    }
    merged = thread.but(answers={**thread.answers, **found})
    sound = {
        question: answer
        for question, answer in found.items()
        if _could_apply(script.by_id[question], merged)
        and all(rule(answer.value, merged, context) is None for rule in script.by_id[question].must)
    }
    if not sound:
        return None
    if len(sound) == 1 and opened.free:
        return None
    if set(sound) == {opened.id}:
        return Answered(opened.id, sound[opened.id].value, words)
    if opened.id in sound and conversation.consented and sound.keys() <= {opened.id, *opened.telling}:
        return Proposed(sound, sure=True)
    return Proposed({**thread.proposed, **sound})


def _could_apply(question: Question, merged: Thread) -> bool:
    """Whether it applies, or may once what it depends on is known."""
    return question.applies(merged) or any(each not in merged.answers for each in question.depends_on)


def _slots(words: str, conversation: Conversation, context: Context) -> Mapping[str, Value]:
    thread = conversation.active
    slots = parse_slots(words, on=context.today, region=region_of(thread))
    posting = slots.get("posting", thread.value("posting"))
    if "country" in slots and "present_location" not in slots and _NOW.search(words):
        known = country(str(slots["country"]))
        slots["present_location"] = known.name(conversation.language) if known is not None else None
    renamed = _IF_PLANNED if posting == Posting.PLANNED else {}
    return {renamed.get(each, each): _plain(value) for each, value in slots.items() if value is not None}


def written_in(words: str) -> Language:
    """The language that the words are in."""
    return Language.ZH if re.search(r"[㐀-鿿]", words) else Language.EN


def _plain(value: Any) -> Value:
    return str(value) if isinstance(value, str) else value


def region_of(thread: Thread) -> str:
    """The country whose phone numbers are meant where no country code is written."""
    known = thread.value("country")
    return str(known) if known else "CN"


def edit_named_in(words: str, conversation: Conversation, script: Script) -> str | None:
    """The answer that the words ask to change without saying how (修改手机号, change my name)."""
    thread = conversation.active
    found = _EDIT.match(words) if len(words) <= LONG else None
    if found is None or thread.open is None or script.by_id[thread.open.id].input is Input.LONG_TEXT:
        return None
    label = folded(words[found.end() :]).strip(" 。.!")
    question = question_named(label) if re.fullmatch(label_words(), label) else None
    return question if question in thread.answers else None


def correction_in(words: str, conversation: Conversation, script: Script) -> tuple[str, str] | None:
    """The question that the words correct and the new answer; None where they correct nothing that was answered."""
    thread = conversation.active
    if not thread.answers or thread.open is None or script.by_id[thread.open.id].input is Input.LONG_TEXT:
        return None
    correction = parse_correction(words)
    if correction is None:
        return None
    question = correction.question or _latest(thread, script)
    if question is not None and thread.value("posting") == Posting.PLANNED:
        question = _IF_PLANNED.get(question, question)
    if question is None or question not in thread.answers or not script.by_id[question].listed:
        return None
    return question, correction.text


def _latest(thread: Thread, script: Script) -> str | None:
    """The question answered last, the later in the script where several were at one moment."""
    answered = sorted(script.answered(thread), key=lambda each: thread.answers[each.id].at)
    return answered[-1].id if answered else None
