"""What was written a moment ago, so that whoever reads the same text next need not parse it again."""

from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 512
"""Values that are kept at once: the people who write within a second or two on a busy machine."""


class Recent(Generic[T]):
    """Immutable values by the very text that they are stored as, so nothing kept can be out of date. Each is given
    back once: what is written next is another text. Whatever is not there is parsed.
    """

    def __init__(self, parse: Callable[[str], T], most: int = MOST) -> None:
        self._parse = parse
        self._most = most
        self._kept: OrderedDict[str, T] = OrderedDict()

    def keep(self, text: str, value: T) -> str:
        """Keeps the value for whoever reads `text`, which is returned; the oldest makes room."""
        self._kept[text] = value
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return text

    def read(self, text: str) -> T:
        """The value of that text; raises what parsing it raises."""
        found = self._kept.pop(text, None)
        return self._parse(text) if found is None else found
