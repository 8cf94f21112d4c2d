"""Walks over every question, press and interruption: never a dead end, never a lost answer, never a stuck record."""

import os
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dialogs.asking import ask
from dialogs.cards import Card
from dialogs.conversation import Conversation
from dialogs.effects import RecordAnswer, RequestErasure
from dialogs.events import Arrived, Attached, Done, Event, Forged, Kind, Pressed, SharedContact, Unreadable
from dialogs.rendering import render
from dialogs.scripts import SCRIPTS
from dialogs.simulation import Simulation
from dialogs.transcripts import keys_of
from domain.application import ApplicationStatus
from domain.campaign import campaign
from domain.classification import classify
from domain.vocabulary import Language, Role
from tests.dialogs.talk import INTAKE_ANSWERS

STEPS = int(os.environ.get("HURENTONG_TEST_WALK_STEPS", "1500"))
"""Steps of all walks together: `make soak` sets 20,000."""
STEPS_OF_A_WALK = 50

COMMANDS = (
    *("/start", "/status", "/edit", "/back", "/cancel", "/help", "/lang", "/privacy", "/ask", "/mydata", "/stop"),
    *("/resume", "/continue", "/export", "/stats", "/nope"),
)
GOOD = (
    *INTAKE_ANSWERS,
    *(
        "大专",
        "硕士",
        "英语",
        "不是",
        "12",
        "6",
        "3",
        "资深",
        "明年要派出去",
        "没有",
        "跳过",
        "保留",
        "返回",
        "提交",
        "修改",
    ),
    *("都对", "就用这段", "不同意", "English", "我叫王强，本科学历，学土木工程，手机13800138000，工作八年，现在印尼"),
    *("手机号改成13900139000", "不对，是十一年", "学历改成硕士", "重要工程改成2年"),
)
BAD = (
    *("", " ", "😀", "123", "-3", "80", "十来年", "2015年", "嗯啊", "要多少钱", "退休的能报吗？", "取消", "长" * 5000),
    *("什么是重要工程工作？", "1" * 40, "{name}", "\x00", "\u202eabc", "我" * 301),
)


class Walk(RuleBasedStateMachine):
    """One person, doing anything at all."""

    @initialize(secretariat=st.booleans())
    def begin(self, secretariat: bool) -> None:
        self.now = datetime(2025, 4, 1, 4, 0, tzinfo=UTC)
        roles = frozenset({Role.CANDIDATE, *([Role.SECRETARIAT] if secretariat else [])})
        self.talk = Simulation(campaign=campaign("2025"), classify=classify, now=lambda: self.now, roles=roles)
        self.talk.arrive()
        self.asked: list[tuple[str, ...]] = []
        self.before = self.talk.conversation
        self.old: list[Card] = list(self.talk.cards)

    def happen(self, *events: Event) -> None:
        for event in events:
            self._watched(lambda each=event: self.talk.happen(each))

    def say(self, text: str) -> None:
        self._watched(lambda: self.talk.say(text))

    def _watched(self, act: object) -> None:
        self.before = self.talk.conversation
        self.talk.effects.clear()
        assert callable(act)
        act()
        self.old = [*self.old[-7:], *self.talk.shown]
        if self.talk.shown and self.talk.conversation.active.open is not None:
            self._never_three_times_the_same()
        self._no_answer_is_lost()

    def _never_three_times_the_same(self) -> None:
        """The question with its hint, without what was said before it."""
        talk = self.talk.conversation
        part = keys_of(ask(talk, SCRIPTS[talk.active.script], self.talk.context()))
        opened = talk.active.open
        assert opened is not None
        self.asked = [*self.asked[-2:], (opened.id, opened.menu, str(opened.opening), *part)]
        assert len(self.asked) < 3 or len(set(self.asked)) > 1, self.asked

    def _no_answer_is_lost(self) -> None:
        """An answer that was there stands still, or was changed by a record, or is offered again, or was erased."""
        if any(isinstance(each, RequestErasure) for each in self.talk.effects):
            return
        recorded = {
            each.question for each in self.talk.effects if isinstance(each, RecordAnswer) and each.script == "intake"
        }
        kept = self.talk.conversation.main
        for question, answer in self.before.main.answers.items():
            asked = SCRIPTS["intake"].by_id[question]
            stands = kept.answers.get(question) == answer or question in recorded or question == "certificate"
            rests = any(question in SCRIPTS["intake"].dependents(each) for each in recorded)
            offered = kept.former.get(question) == answer or not asked.listed
            assert stands or (rests and offered), question

    @rule(text=st.sampled_from(GOOD))
    def says_something_good(self, text: str) -> None:
        self.say(text)

    @rule(text=st.sampled_from(GOOD))
    def says_something_good_again(self, text: str) -> None:
        self.say(text)

    @rule()
    def answers_as_the_question_wants(self) -> None:
        """Gets on: the walks would hardly leave the first questions otherwise."""
        opened = self.talk.conversation.active.open
        wanted = dict(zip(ORDER, INTAKE_ANSWERS, strict=True))
        if opened is not None and opened.id in wanted:
            self.say(wanted[opened.id])
        elif self.talk.cards[-1].choices:
            choice = self.talk.cards[-1].choices[0]
            self._watched(lambda: self.talk.press(choice.id))

    @rule(text=st.one_of(st.sampled_from(BAD), st.text(max_size=40)))
    def says_something_bad(self, text: str) -> None:
        self.say(text)

    @rule(command=st.sampled_from(COMMANDS), argument=st.sampled_from(("", " zh", " en", " 能带家属吗", " x" * 80)))
    def commands(self, command: str, argument: str) -> None:
        self.say(command + argument)

    @rule(confirms=st.booleans())
    def forgets(self, confirms: bool) -> None:
        self.say("/forget")
        self.say("确定删除" if confirms and self.now.day % 3 == 0 else "不删除")

    @rule(data=st.data())
    def presses(self, data: st.DataObject) -> None:
        card = data.draw(st.sampled_from(self.old))
        if card.choices:
            choice = data.draw(st.sampled_from(card.choices))
            self._watched(lambda: self.talk.press(choice.id, card))

    @rule(data=st.data())
    def presses_the_newest(self, data: st.DataObject) -> None:
        choices = self.talk.cards[-1].choices
        if choices:
            choice = data.draw(st.sampled_from(choices))
            self._watched(lambda: self.talk.press(choice.id))

    @rule(kind=st.sampled_from(Kind))
    def sends_what_cannot_be_read(self, kind: Kind) -> None:
        self.happen(Unreadable(kind), Forged())

    @rule(subject=st.integers(0, 2**32 - 1), option=st.integers(0, 2**16 - 1))
    def presses_nothing_known(self, subject: int, option: int) -> None:
        self.happen(Pressed(subject, 3, option))

    @rule()
    def sends_files_and_a_contact(self) -> None:
        self.happen(Attached(("a", "b")), SharedContact("+95 9 790 000 000"))

    @rule()
    def is_told_something(self) -> None:
        self.happen(Done("join.unknown"))

    @rule(hours=st.sampled_from((1, 30, 24 * 100)))
    def comes_back_later(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.happen(Arrived())

    @rule(stage=st.sampled_from(ApplicationStatus))
    def the_case_moves_on(self, stage: ApplicationStatus) -> None:
        if self.talk.conversation.submitted_at is not None:
            self.talk.stage = stage

    @invariant()
    def there_is_always_a_question_open(self) -> None:
        if not hasattr(self, "talk"):
            return
        thread = self.talk.conversation.active
        erased = not self.talk.conversation.main.answers
        assert erased or thread.open is not None

    @invariant()
    def what_is_shown_reads_in_both_languages(self) -> None:
        if hasattr(self, "talk"):
            for card in self.talk.shown:
                for language in Language:
                    assert render(card, language).text.strip()

    @invariant()
    def the_conversation_survives_being_stored(self) -> None:
        if hasattr(self, "talk"):
            stored = self.talk.conversation.model_dump_json()
            read = Conversation.model_validate_json(stored)
            assert read == self.talk.conversation
            assert _to_the_type(read) == _to_the_type(self.talk.conversation)

    @invariant()
    def what_is_shown_survives_being_stored(self) -> None:
        for card in self.talk.shown if hasattr(self, "talk") else ():
            read = Card.model_validate_json(card.model_dump_json(exclude_defaults=True))
            assert _to_the_type(read) == _to_the_type(card)


def _to_the_type(model: Conversation | Card) -> str:
    """Everything in it: a process that has it at hand does not read it again (bot.store.recent). One and the same UTC
    has two names.
    """
    return repr(model).replace("TzInfo(0)", "datetime.timezone.utc")


ORDER = tuple(
    each.id
    for each in SCRIPTS["intake"].questions
    if each.id
    not in {
        *("proposed", "degree_related", "planned_country", "planned_project", "statement_check"),
        *("review", "consent_abroad", "home", "edit", "certificate"),
    }
)

Walk.TestCase.settings = settings(
    max_examples=max(1, STEPS // STEPS_OF_A_WALK),
    stateful_step_count=STEPS_OF_A_WALK,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=STEPS <= 1500,
    print_blob=False,
    report_multiple_bugs=False,
)
TestWalk = Walk.TestCase
