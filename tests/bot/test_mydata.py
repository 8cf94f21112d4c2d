"""A person's copy of all that is held on them."""

import json
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from bot import mydata
from bot.mydata import MY_DATA, MyDataJob
from bot.store import attachments, timers
from bot.store.store import Store
from bot.store.timers import Timer
from tests.bot.intake import Clock, Engineer
from tests.engineer import DISPATCHED, STATEMENT

NOW = datetime(2025, 4, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def engineer(store: Store) -> Engineer:
    made = Engineer(store, "wei", Clock(NOW))
    made.hands_in()
    return made


def waiting(store: Store) -> Timer:
    def work(connection: Any) -> Timer:
        (due,) = timers.due(connection, NOW, [MY_DATA], [], 5)
        timer = timers.take(connection, due)
        assert timer is not None
        return timer

    return store.write_now(work)


def fire(store: Store, engineer: Engineer) -> None:
    timer, slow = waiting(store), mydata.my_data_of(store)
    made = slow.work(timer)
    store.write_now(lambda c: slow.keep(c, timer, made, NOW))
    engineer.settle()


def contents(store: Store, engineer: Engineer) -> dict[str, str]:
    """The files that were sent, by ending."""
    sent = [each.document for each in engineer.cards() if each.document is not None]
    found = {each.name: store.read_now(partial(attachments.find, reference=each.reference)) for each in sent}
    return {name.rsplit(".", 1)[-1]: file.content.decode() for name, file in found.items() if file is not None}


def test_the_copy_holds_every_answer_in_words_and_everything_as_json(store: Store, engineer: Engineer) -> None:
    store.write_now(
        lambda c: attachments.put(c, engineer.account.person, "证书.pdf", "application/pdf", b"%PDF-1.7 mine", NOW)
    )

    said = engineer.says("/mydata")
    fire(store, engineer)

    assert "马上发给您" in said
    files = contents(store, engineer)
    assert files["pdf"] == "%PDF-1.7 mine"
    for words in ("姓名：张伟", STATEMENT, "证书.pdf", "申请 1 份"):
        assert words in files["txt"], words
    held = json.loads(files["json"])
    assert held["candidates"][0]["phone"] == "+8613800138000"
    assert held["consents"][0]["given"] is True
    assert {each["question"] for each in held["answers"]} >= {"name", "statement"}
    assert any(DISPATCHED["work"] in each["text"] for each in held["classifications"])
    assert "phone_index" not in files["json"]


def test_the_copy_holds_nothing_of_others(store: Store, engineer: Engineer) -> None:
    Engineer(store, "li", Clock(NOW)).hands_in(name="李娜", phone="13900139000")

    engineer.says("/mydata")
    fire(store, engineer)

    assert all("李娜" not in each and "13900139000" not in each for each in contents(store, engineer).values())


def test_the_copy_is_sent_once_however_often_the_work_is_done(store: Store, engineer: Engineer) -> None:
    engineer.says("/mydata")
    timer, slow = waiting(store), mydata.my_data_of(store)
    made = slow.work(timer)

    store.write_now(lambda c: slow.keep(c, timer, made, NOW))
    store.write_now(lambda c: slow.keep(c, timer, made, NOW))
    engineer.settle()

    assert len({each.document.reference for each in engineer.cards() if each.document is not None}) == 2


def test_nobody_gets_the_copy_of_somebody_who_is_known_no_more(store: Store, engineer: Engineer) -> None:
    job = MyDataJob(account=engineer.account.id, person=4711, asked_at=NOW)

    assert store.read_now(lambda c: mydata.make_copy(c, job)) is None
