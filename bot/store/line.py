"""The line of jobs before a crew, in which urgent ones go first, but never all the time."""

import queue
from collections import deque
from time import monotonic

from bot.store.jobs import Job

PATIENCE_SECONDS = 0.01
"""How long the others let urgent ones go first; from then on they go by turns."""


class Line:
    """Any thread puts jobs in; a crew's threads take them out."""

    def __init__(self) -> None:
        self._urgent: deque[Job] = deque()
        self._others: deque[Job] = deque()
        self._calls: queue.SimpleQueue[bool] = queue.SimpleQueue()
        """One call a job, and False for each thread at the end: so a call may find its job taken already."""
        self._urgent_went = False

    def put(self, job: Job) -> None:
        """At the end of the line, or of the urgent ones."""
        job.queued_at = monotonic()
        (self._urgent if job.urgent else self._others).append(job)
        self._calls.put(True)

    def end(self) -> None:
        """One thread goes home once what stands in the line now is done."""
        self._calls.put(False)

    def take(self, most: int) -> list[Job]:
        """Waits for jobs; urgent ones are taken first and alone, by turns with others that have waited long. Empty at
        the end.
        """
        while self._calls.get():
            others_first = self._urgent_went and self._others_have_waited_long
            first, second = (self._others, self._urgent) if others_first else (self._urgent, self._others)
            if jobs := _taken(first, most) or _taken(second, most):
                self._urgent_went = jobs[0].urgent
                return jobs
        return []

    @property
    def _others_have_waited_long(self) -> bool:
        try:
            return monotonic() - self._others[0].queued_at > PATIENCE_SECONDS
        except IndexError:
            return False

    @property
    def urgent_waits(self) -> bool:
        """Whether any urgent job waits at this moment."""
        return bool(self._urgent)

    def urgent(self, most: int) -> list[Job]:
        """The urgent jobs that wait at this moment."""
        return _taken(self._urgent, most)


def _taken(jobs: deque[Job], most: int) -> list[Job]:
    taken: list[Job] = []
    while len(taken) < most:
        try:
            taken.append(jobs.popleft())
        except IndexError:
            break
    return taken
