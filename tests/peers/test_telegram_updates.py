"""Offsets, expiry and allowed kinds of the update queue."""

from hypothesis import given
from hypothesis import strategies as st

from tests.peers.telegram_clock import Clock
from tests.peers.telegram_updates import UpdateKind, UpdateQueue


class HandClock(Clock):
    """A clock moved by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.moment = 0.0

    def now(self) -> float:
        return self.moment


def queue_of(count: int) -> UpdateQueue:
    queue = UpdateQueue(HandClock(), first_id=100)
    for number in range(count):
        queue.add(UpdateKind.MESSAGE, {"n": number}, 1)
    return queue


def ids(queue: UpdateQueue, offset: int, limit: int = 100) -> list[int]:
    return [update.update_id for update in queue.take(offset, limit)]


def test_updates_stay_until_a_higher_offset_confirms_them() -> None:
    queue = queue_of(3)

    assert ids(queue, 0) == [100, 101, 102]
    assert ids(queue, 100) == [100, 101, 102]
    assert ids(queue, 102) == [102]
    assert ids(queue, 0) == [102]
    assert ids(queue, 103) == []
    assert len(queue) == 0


def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest() -> None:
    queue = queue_of(5)

    assert ids(queue, -2) == [103, 104]
    assert ids(queue, 0) == [103, 104]


def test_a_negative_offset_larger_than_the_queue_gives_all() -> None:
    assert ids(queue_of(2), -50) == [100, 101]


def test_an_offset_far_ahead_is_ignored_and_confirms_nothing() -> None:
    queue = queue_of(2)

    assert ids(queue, 100_000) == [100, 101]


def test_an_offset_far_behind_gives_all() -> None:
    assert ids(queue_of(2), 5) == [100, 101]


def test_the_limit_holds_back_the_rest() -> None:
    assert ids(queue_of(5), 0, 2) == [100, 101]


def test_ids_may_restart_lower_after_an_idle_week() -> None:
    queue = queue_of(3)
    ids(queue, 103)
    queue.restart_ids(7)
    queue.add(UpdateKind.MESSAGE, {}, 1)

    assert ids(queue, 103) == [7]


def test_a_press_is_dropped_after_150_seconds_and_a_message_kept() -> None:
    clock = HandClock()
    queue = UpdateQueue(clock, first_id=1)
    queue.add(UpdateKind.CALLBACK_QUERY, {}, 1)
    queue.add(UpdateKind.MESSAGE, {}, 1)
    clock.moment = 151

    assert ids(queue, 0) == [2]
    assert queue.expired == 1


def test_unwanted_kinds_never_enter_the_queue() -> None:
    queue = queue_of(0)
    queue.allow(["callback_query", "unheard_of"])

    assert queue.add(UpdateKind.MESSAGE, {}, 1) is None
    assert queue.add(UpdateKind.CALLBACK_QUERY, {}, 1) is not None


def test_no_kinds_means_the_default_ones() -> None:
    queue = queue_of(0)
    queue.allow([])

    assert UpdateKind.MY_CHAT_MEMBER in queue.allowed
    assert UpdateKind.CHAT_MEMBER not in queue.allowed


@given(arrivals=st.lists(st.integers(0, 7), max_size=30), limit=st.integers(1, 5))
def test_a_client_that_confirms_what_it_took_gets_every_update_once_in_order(arrivals: list[int], limit: int) -> None:
    queue = queue_of(0)
    taken: list[int] = []
    for count in [*arrivals, *[0] * (sum(arrivals) + 1)]:
        for _ in range(count):
            queue.add(UpdateKind.MESSAGE, {}, 1)
        taken += ids(queue, taken[-1] + 1 if taken else 0, limit)

    assert taken == list(range(100, 100 + sum(arrivals)))
