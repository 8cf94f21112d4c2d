"""Quiet hours: when nobody is to be disturbed, by the recipient's own clock, summer time and all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.errors import HurentongError
from domain.time_zones import BEIJING, zone_info

_DAYS = 4
"""Days ahead in which the zones of one country must have an hour in common, or have none at all."""

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


class NaiveMomentError(HurentongError):
    """A moment without a time zone means a different instant to everyone."""


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The window in which nothing is sent: from `begins` (included) to `ends` (not included) by the wall clock.

    It may span midnight, as 22:00–08:00 does. Where both are equal there are no quiet hours.
    """

    begins: time = time(22)
    ends: time = time(8)

    def is_quiet(self, moment: datetime, zones: Sequence[str] = ()) -> bool:
        """Whether it is a quiet hour in any of the zones; Beijing's clock counts where none is given."""
        return any(self._is_quiet_in(moment, zone_info(name)) for name in zones or (BEIJING,))

    def next_allowed(self, moment: datetime, zones: Sequence[str] = ()) -> datetime:
        """The first instant from `moment` on that is not quiet in any of the zones, in UTC.

        Where the zones are so far apart that it is always quiet in one of them, the first zone's clock decides.
        Raises NaiveMomentError, UnknownZoneError.
        """
        if moment.tzinfo is None:
            raise NaiveMomentError(f"{moment.isoformat()} has no time zone")
        start = moment.astimezone(UTC)
        clocks = [zone_info(name) for name in zones or (BEIJING,)]
        found = start
        while found - start < _DAYS * _DAY:
            latest = max(self._next_in(found, clock) for clock in clocks)
            if latest == found:
                return found
            found = latest
        return self._next_in(start, clocks[0])

    def _is_quiet_in(self, moment: datetime, zone: ZoneInfo) -> bool:
        clock = moment.astimezone(zone).time()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends
        return clock >= self.begins or clock < self.ends

    def _next_in(self, moment: datetime, zone: ZoneInfo) -> datetime:
        if not self._is_quiet_in(moment, zone):
            return moment
        ends = [end for end in self._ends_near(moment, zone) if end > moment and not self._is_quiet_in(end, zone)]
        return min(ends)

    def _ends_near(self, moment: datetime, zone: ZoneInfo) -> Iterator[datetime]:
        """The instants, around a moment, at which the window may end: the clock shows `ends`, or jumps over it."""
        today = moment.astimezone(zone).date()
        for days in range(-1, _DAYS):
            wall = datetime.combine(today + timedelta(days=days), self.ends, zone)
            first, second = (wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
            if first > second:  # PEP 495: only a time that the clock jumps over reads later the first time
                yield _jump_between(second, first, zone)
            else:
                yield first
                yield second


def _jump_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The instant, to the minute, at which the clock of a zone is put forward."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > _MINUTE:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(second=0, microsecond=0)
