"""A conversation without channel, network or database: says something, gets cards back. Behind `hurentong simulate`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dialogs.cards import Card
from dialogs.context import Context
from dialogs.conversation import Conversation, Value
from dialogs.effects import Effect
from dialogs.engine import step
from dialogs.events import Arrived, Attached, Commanded, Event, Kind, Pressed, SharedContact, Typed, Unreadable
from dialogs.press import option_code, subject_code
from dialogs.rendering import Rendered, render
from dialogs.transcripts import Entry
from domain.campaign import Campaign
from domain.classification import Classification
from domain.vocabulary import Role


@dataclass(kw_only=True)
class Simulation:
    """One person's conversation held in memory; `now` is asked for the time at each step."""

    campaign: Campaign
    classify: Callable[[str], Classification]
    now: Callable[[], datetime]
    roles: frozenset[Role] = frozenset({Role.CANDIDATE})
    stage: str = ""
    conversation: Conversation = field(default_factory=lambda: Conversation(id="0" * 16))
    cards: tuple[Card, ...] = ()
    """The cards shown last."""
    shown: tuple[Card, ...] = ()
    """The cards of the last step; none where its answer comes with a Done."""
    effects: list[Effect] = field(default_factory=list)

    def arrive(self) -> tuple[Rendered, ...]:
        """Opens the chat."""
        return self.happen(Arrived())

    def say(self, text: str) -> tuple[Rendered, ...]:
        """Types something; a leading slash makes it a command."""
        if text.startswith("/") and len(text) > 1:
            name, _, argument = text[1:].partition(" ")
            return self.happen(Commanded(name, argument))
        return self.happen(Typed(text))

    def press(self, option: str, card: Card | None = None) -> tuple[Rendered, ...]:
        """Taps the choice with that id on a card, the newest unless another is given."""
        pressed = card or self.cards[-1]
        return self.happen(Pressed(subject_code(pressed.subject), pressed.opening, option_code(option)))

    def play(self, entry: Entry) -> tuple[Rendered, ...]:
        """Does what the person of a transcript does."""
        if entry.words is not None:
            return self.say(entry.words)
        if entry.press is not None:
            return self.press(entry.press)
        if entry.shares is not None:
            return self.happen(SharedContact(entry.shares))
        if entry.sends == "file":
            return self.happen(Attached((f"file-{self.conversation.revision}",)))
        return self.happen(Unreadable(Kind(entry.sends or Kind.OTHER)))

    def happen(self, event: Event) -> tuple[Rendered, ...]:
        """One step; gives back what the person then sees."""
        result = step(self.conversation, event, self.context())
        self.conversation = result.conversation
        self.cards = result.cards or self.cards
        self.shown = result.cards
        self.effects += result.effects
        return tuple(render(card, self.conversation.language) for card in result.cards)

    def context(self) -> Context:
        """What a step knows of the world now."""
        return Context(
            now=self.now(), campaign=self.campaign, classify=self.classify, roles=self.roles, stage=self.stage
        )

    def record(self) -> dict[str, Value]:
        """The answers that stand."""
        return {question: answer.value for question, answer in self.conversation.main.answers.items()}
