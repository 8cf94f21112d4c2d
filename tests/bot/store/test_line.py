"""The line before a crew: urgent jobs first, alone, and nobody forgotten."""

import time
from concurrent.futures import ThreadPoolExecutor

from bot.store.jobs import Job
from bot.store.line import PATIENCE_SECONDS, Line


def job(*, urgent: bool = False) -> Job:
    return Job(lambda _: None, urgent=urgent)


def test_urgent_jobs_go_first_and_without_others() -> None:
    line, others, urgent = Line(), [job() for _ in range(3)], [job(urgent=True) for _ in range(2)]
    for each in (*others, *urgent):
        line.put(each)
    assert line.urgent_waits
    assert line.take(10) == urgent
    assert not line.urgent_waits
    assert line.take(2) == others[:2]
    assert line.take(10) == others[2:]


def test_urgent_jobs_that_never_end_leave_the_others_a_turn_once_these_have_waited_long() -> None:
    line, others = Line(), [job() for _ in range(3)]
    for each in others:
        line.put(each)
    line.put(job(urgent=True))
    assert line.take(1)[0].urgent

    time.sleep(PATIENCE_SECONDS)
    taken: list[Job] = []
    for _ in range(6):
        line.put(job(urgent=True))
        taken += line.take(1)
    assert [each.urgent for each in taken] == [False, True] * 3
    assert [each for each in taken if not each.urgent] == others


def test_whoever_stands_in_the_line_at_its_end_is_still_taken() -> None:
    line, jobs = Line(), [job() for _ in range(5)]
    for each in jobs:
        line.put(each)
    line.end()
    assert [line.take(2) for _ in range(3)] == [jobs[:2], jobs[2:4], jobs[4:]]
    assert line.take(2) == []


def test_several_threads_take_every_job_once() -> None:
    line, jobs = Line(), [job(urgent=number % 3 == 0) for number in range(3000)]

    def serve() -> list[Job]:
        taken: list[Job] = []
        while some := line.take(4):
            taken += some
        return taken

    with ThreadPoolExecutor(4) as pool:
        threads = [pool.submit(serve) for _ in range(4)]
        for each in jobs:
            line.put(each)
        for _ in threads:
            line.end()
        taken = [each for thread in threads for each in thread.result(30)]
    assert len(taken) == len(jobs)
    assert set(map(id, taken)) == set(map(id, jobs))
