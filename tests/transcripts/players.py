"""Who plays transcripts: the pure simulation, and each channel through a player of its own.

A channel's player receives each act, does what its person would do on that channel, and gives back all text that the
person then sees. `check` plays the simulation beside it and compares: same words, same record.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.channels.base import ChannelName
from dialogs.cards import Card
from dialogs.conversation import Value
from dialogs.simulation import Simulation
from dialogs.texts import catalogue
from dialogs.transcripts import Entry, keys_of
from domain.campaign import campaign
from domain.classification import classify
from domain.vocabulary import Role

BEGINNING = datetime(2025, 4, 1, 4, 0, tzinfo=UTC)


class Player(Protocol):
    """Plays a person on one channel. The clock stands at `now` and moves only by `waits`."""

    channel: ChannelName

    @property
    def now(self) -> datetime:
        """The time on the channel, but for the seconds that the test takes."""

    async def begin(self, roles: frozenset[Role], stage: str) -> None:
        """A fresh person with these roles opens the chat."""

    async def act(self, entry: Entry) -> str:
        """Does one act (`entry.words` typed, press, sends, shares); all text that is shown because of it, or since."""

    async def wait(self, hours: float) -> None:
        """Lets that time pass."""

    async def record(self) -> Mapping[str, Value]:
        """The answers that stand in the store."""


@dataclass
class Simulated:
    """The pure simulation as a player; also tells the keys and effects of each step."""

    roles: frozenset[Role] = frozenset({Role.CANDIDATE})
    stage: str = ""
    now: datetime = BEGINNING
    talk: Simulation = field(init=False)

    def __post_init__(self) -> None:
        self.talk = Simulation(
            campaign=campaign("2025"), classify=classify, now=lambda: self.now, roles=self.roles, stage=""
        )
        self.talk.arrive()
        self.talk.effects.clear()

    @property
    def cards(self) -> tuple[Card, ...]:
        return self.talk.shown

    def act(self, entry: Entry) -> str:
        self.talk.stage = self.stage if self.talk.conversation.submitted_at else ""
        shown = self.talk.play(entry)
        return "\n".join(each.text for each in shown)

    def wait(self, hours: float) -> None:
        self.now += timedelta(hours=hours)

    def record(self) -> Mapping[str, Value]:
        return self.talk.record()

    def effects(self) -> tuple[str, ...]:
        """The names of the effects since last asked."""
        names = tuple(type(each).__name__ for each in self.talk.effects)
        self.talk.effects.clear()
        return names


def setting(entries: tuple[Entry, ...]) -> tuple[frozenset[Role], str]:
    """The roles and the stage that a transcript asks for."""
    roles = next((each.roles for each in entries if each.roles), frozenset({Role.CANDIDATE}))
    return roles, next((each.stage for each in entries if each.stage), "")


def cannot(entries: tuple[Entry, ...], channel: ChannelName) -> frozenset[str]:
    """The acts that the transcript says nobody can do on that channel."""
    declared = next((each.cannot for each in entries if each.cannot), {})
    return frozenset(dict(declared).get(channel, {}))


def replayed(entries: tuple[Entry, ...]) -> list[Entry]:
    """The transcript as it goes today: each act followed by what the bot says; records and effects where they stood."""
    roles, stage = setting(entries)
    player = Simulated(roles, stage)
    result: list[Entry] = []
    for entry in entries:
        if entry.bot is not None:
            continue
        if entry.record is not None:
            stands = player.record()
            result.append(Entry(record={key: stands.get(key) for key in entry.record or stands}))
        elif entry.effects is not None:
            result.append(Entry(effects=player.effects()))
        else:
            result.append(entry)
        if entry.waits is not None:
            player.wait(entry.waits)
        if entry.acts:
            player.act(entry)
            keys = tuple(key for card in player.cards for key in keys_of(card))
            result.append(Entry(bot=keys[0] if len(keys) == 1 else keys))
    return result


async def check(entries: tuple[Entry, ...], player: Player) -> None:
    """Plays on a channel; every line that the simulation says must be shown, and the same record must stand.

    What the transcript declares the channel cannot do is left out on both sides.
    """
    roles, stage = setting(entries)
    model = Simulated(roles, stage, player.now)
    await player.begin(roles, stage)
    lacking = cannot(entries, player.channel)
    for entry in entries:
        if entry.needs in lacking:
            continue
        if entry.waits is not None:
            model.wait(entry.waits)
            await player.wait(entry.waits)
        if entry.acts:
            model.act(entry)
            shown = words(await player.act(entry))
            for card in model.cards:
                for line in card.lines:
                    said = catalogue().say(line, model.talk.conversation.language)
                    assert words(said) in shown, f"{entry.shown}: {said!r} is not in {shown!r}"
        if entry.record is not None:
            stands = await player.record()
            assert {key: stands.get(key) for key in entry.record} == dict(entry.record)


def words(text: str) -> str:
    """Letters and digits: channels draw lines, marks and white space each in its own way."""
    return "".join(filter(str.isalnum, text))
