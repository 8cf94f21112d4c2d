"""Where a person's clock stands, by what they have answered."""

from functools import lru_cache

from dialogs.conversation import Conversation
from domain.time_zones import BEIJING, zones_of


def zones_of_person(conversation: Conversation) -> tuple[str, ...]:
    """The IANA zones that the person may be in, by their present location or the country of their project; Beijing's
    where they have named neither.
    """
    main = conversation.main
    return _zones(str(main.value("present_location") or ""), str(main.value("country") or "")) or (BEIJING,)


@lru_cache(maxsize=1024)
def _zones(location: str, country: str) -> tuple[str, ...]:
    return zones_of(location=location, country_code=country)
