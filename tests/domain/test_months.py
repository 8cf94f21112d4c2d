from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.months import add_months


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 11, 30), 1, date(2025, 12, 30)),
        (date(2025, 12, 1), 1, date(2026, 1, 1)),
        (date(2025, 12, 31), 0, date(2025, 12, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(9999, 6, 1), 12, date.max),
    ],
)
def test_the_end_of_a_month_is_clamped(day: date, months: int, expected: date):
    assert add_months(day, months) == expected


@given(st.dates(max_value=date(9800, 1, 1)), st.integers(0, 1200), st.integers(0, 1200))
def test_more_months_are_never_earlier(day: date, fewer: int, more: int):
    fewer, more = sorted((fewer, more))

    assert add_months(day, fewer) <= add_months(day, more)
