"""The simulated load goes through the program's own parts, and its figures are of whole conversations."""

import pytest

from bot.load import answers, simulate_load
from dialogs.scripts import SCRIPTS


def test_simulated_people_come_to_the_end_of_the_intake() -> None:
    load = simulate_load(3, 2)

    assert load.people == 3
    assert load.turns == 3 * len(answers())
    assert len(load.turn_ms) == load.turns
    assert load.turn_ms == tuple(sorted(load.turn_ms))
    assert load.processor > 0
    assert load.bytes_per_person > 1000


def test_every_answer_is_to_a_question_of_the_intake() -> None:
    assert set(answers()) <= set(SCRIPTS["intake"].by_id)


def test_the_people_of_a_day_follow_from_the_cost_of_one() -> None:
    load = simulate_load(1, 1)

    assert load.people_a_day(0.5) * load.per_person_ms == pytest.approx(86_400_000 * 0.5)
