"""An office on each kind of database."""

import pytest

from bot.store.store import Store
from tests.bot.desk.office import Office


@pytest.fixture
def office(store: Store) -> Office:
    return Office(store)
