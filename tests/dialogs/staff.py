"""A talk of the secretariat for tests: begins one of its short dialogues at a fixed moment."""

import pytest

from dialogs.conversation import Conversation, Thread
from dialogs.script import Script
from dialogs.scripts import SCRIPTS
from dialogs.simulation import Simulation
from tests.dialogs.talk import new_talk


def begun(script: Script, monkeypatch: pytest.MonkeyPatch) -> Simulation:
    """The first question of the script is open."""
    monkeypatch.setitem(SCRIPTS, script.id, script)
    talk = new_talk()
    talk.conversation = Conversation(id="0" * 16, side=Thread(script=script.id))
    talk.arrive()
    return talk


def opened(talk: Simulation) -> str:
    """The id of the open question."""
    thread = talk.conversation.active
    return thread.open.id if thread.open else ""


def said(talk: Simulation) -> str:
    """The words of the newest cards."""
    from dialogs.rendering import render  # noqa: PLC0415

    return "\n".join(str(render(card, talk.conversation.language)) for card in talk.cards)


def press_open(talk: Simulation, question: str) -> None:
    """Taps the choice that leads to that question."""
    talk.press(f"open:{question}")
