"""Calendar arithmetic in whole months."""

from calendar import monthrange
from datetime import MAXYEAR, date


def add_months(day: date, months: int) -> date:
    """`day` so many months later; the 31st becomes the last day of a shorter month.

    A date past the end of the calendar (31 December 9999) is that last day.
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    return date(year, month0 + 1, min(day.day, monthrange(year, month0 + 1)[1]))
