from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.countries import countries
from domain.quiet_hours import NaiveMomentError, QuietHours
from domain.time_zones import zones_of_country

NIGHT = QuietHours()
ZONES = sorted({zone for each in countries().values() for zone in each.zones})
MOMENTS = st.integers(1_577_836_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC))  # the 2020s
CLOCKS = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 45)))


@pytest.mark.parametrize(
    ("zone", "at", "allowed"),
    [
        ("Asia/Yangon", "2025-05-01T15:29:59Z", "2025-05-01T15:29:59Z"),  # 21:59:59 there
        ("Asia/Yangon", "2025-05-01T15:30:00Z", "2025-05-02T01:30:00Z"),  # 22:00 -> 08:00
        ("Asia/Yangon", "2025-05-02T01:30:00Z", "2025-05-02T01:30:00Z"),
        ("Africa/Nairobi", "2025-05-01T23:00:00Z", "2025-05-02T05:00:00Z"),
        ("Europe/Belgrade", "2025-03-29T22:00:00Z", "2025-03-30T06:00:00Z"),  # an hour shorter: put forward in it
        ("Europe/Belgrade", "2025-10-25T21:00:00Z", "2025-10-26T07:00:00Z"),  # an hour longer
        ("Asia/Kathmandu", "2025-05-01T20:00:00Z", "2025-05-02T02:15:00Z"),
    ],
)
def test_the_night_ends_at_eight_by_the_recipients_clock(zone: str, at: str, allowed: str):
    assert NIGHT.next_allowed(datetime.fromisoformat(at), [zone]) == datetime.fromisoformat(allowed)


def test_a_window_that_ends_in_an_hour_that_is_left_out_ends_when_the_clock_jumps():
    quiet = QuietHours(time(22), time(2, 30))  # 2025-03-30 in Belgrade: 02:00 becomes 03:00 at 01:00 UTC
    asked = datetime(2025, 3, 29, 23, tzinfo=UTC)
    assert quiet.next_allowed(asked, ["Europe/Belgrade"]) == datetime(2025, 3, 30, 1, tzinfo=UTC)


def test_a_window_that_ends_in_an_hour_that_comes_twice_ends_the_first_time_and_comes_again():
    quiet = QuietHours(time(22), time(2, 30))  # 2025-10-26 in Belgrade: 03:00 becomes 02:00 at 01:00 UTC
    first, second = datetime(2025, 10, 26, 0, 30, tzinfo=UTC), datetime(2025, 10, 26, 1, 30, tzinfo=UTC)
    assert quiet.next_allowed(first - timedelta(hours=2), ["Europe/Belgrade"]) == first
    assert quiet.next_allowed(datetime(2025, 10, 26, 1, tzinfo=UTC), ["Europe/Belgrade"]) == second


def test_a_day_that_a_country_left_out_is_no_trap():
    # Samoa crossed the date line: 2011-12-30 did not exist there.
    asked = datetime(2011, 12, 30, 9, tzinfo=UTC)  # 23:00 on the 29th
    assert NIGHT.next_allowed(asked, ["Pacific/Apia"]) == datetime(2011, 12, 30, 18, tzinfo=UTC)


def test_with_several_zones_nobody_is_woken():
    asked = datetime(2025, 7, 1, 22, tzinfo=UTC)
    zones = zones_of_country("RU")
    allowed = NIGHT.next_allowed(asked, zones)
    assert allowed == datetime(2025, 7, 2, 6, tzinfo=UTC)  # 08:00 in Kaliningrad, 18:00 in Kamchatka
    assert not NIGHT.is_quiet(allowed, zones)


def test_zones_without_a_common_hour_are_decided_by_the_first():
    zones = ["Asia/Shanghai", "America/Lima"]
    strict = QuietHours(time(18), time(9))
    asked = datetime(2025, 7, 1, 12, tzinfo=UTC)
    assert strict.next_allowed(asked, zones) == datetime(2025, 7, 2, 1, tzinfo=UTC)


def test_without_a_zone_beijings_clock_counts():
    assert NIGHT.is_quiet(datetime(2025, 7, 1, 14, tzinfo=UTC))
    assert not NIGHT.is_quiet(datetime(2025, 7, 1, 13, 59, tzinfo=UTC))


def test_equal_bounds_mean_no_quiet_hours():
    asked = datetime(2025, 7, 1, 20, tzinfo=UTC)
    assert QuietHours(time(0), time(0)).next_allowed(asked, ["Asia/Yangon"]) == asked


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(NaiveMomentError):
        NIGHT.next_allowed(datetime(2025, 7, 1))  # noqa: DTZ001 - that is what is refused


@given(moment=MOMENTS, zone=st.sampled_from(ZONES), begins=CLOCKS, ends=CLOCKS)
def test_the_next_allowed_instant_is_allowed_and_everything_before_it_is_quiet(
    moment: datetime, zone: str, begins: time, ends: time
):
    quiet = QuietHours(begins, ends)
    allowed = quiet.next_allowed(moment, [zone])

    def is_quiet(instant: datetime) -> bool:
        clock = instant.astimezone(ZoneInfo(zone)).time()
        return begins <= clock < ends if begins <= ends else (clock >= begins or clock < ends)

    assert allowed >= moment
    assert not is_quiet(allowed)
    before = moment
    while before < allowed:
        assert is_quiet(before), before
        before += timedelta(minutes=15)
    if allowed > moment:
        assert is_quiet(allowed - timedelta(microseconds=1))


@given(moment=MOMENTS, code=st.sampled_from(sorted(countries())))
def test_with_all_zones_of_a_country_the_wait_is_about_a_day_at_most_and_the_first_zone_is_awake(
    moment: datetime, code: str
):
    zones = zones_of_country(code)
    allowed = NIGHT.next_allowed(moment, zones)
    assert moment <= allowed <= moment + timedelta(hours=26)
    assert not NIGHT.is_quiet(allowed, zones[:1])
