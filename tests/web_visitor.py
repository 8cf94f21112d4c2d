"""A visitor of the chat page without a browser: what its script posts and reads, over real HTTP."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import count

import httpx

_numbers = count()
_SUBJECT = re.compile(r'data-subject="([^"]*)"')
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_CURSOR = re.compile(r'data-cursor="([^"]+)"')


@dataclass
class Seen:
    """A page, or a part of one, as a browser would take it: its elements and its words."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts)


def seen(html: str) -> Seen:
    found = Seen()

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.elements.append((tag, {name: value or "" for name, value in attrs}))

        def handle_data(self, data: str) -> None:
            found.texts.append(data)

    reader = Reader(convert_charrefs=True)
    reader.feed(html)
    reader.close()
    return found


class Visitor:
    """One browser; `says` returns what the page adds to itself."""

    def __init__(self, address: str) -> None:
        self.client = httpx.Client(base_url=address, timeout=30)
        self.page = ""
        self.csrf = ""
        self.cursor = ""

    def __enter__(self) -> "Visitor":
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def open(self) -> str:
        self.page = self.client.get("/").text
        self.csrf = _CSRF.findall(self.page)[0]
        self.cursor = _CURSOR.findall(self.page)[0]
        return self.page

    def posts(self, **form: str) -> httpx.Response:
        said = {"csrf": self.csrf, "after": self.cursor, "id": f"visitor-{next(_numbers):08d}", **form}
        return self.client.post("/", data=said, headers={"x-chat": "1"})

    def says(self, text: str) -> str:
        answer = self.posts(text=text)
        assert answer.status_code == 200, (answer.status_code, text)
        self.page = answer.text
        self.cursor = _CURSOR.findall(self.page)[0]
        return self.page

    @property
    def subject(self) -> str:
        """The question that waits."""
        found = _SUBJECT.findall(self.page)
        return found[-1] if found else ""

    def hands_in(self, answers: Mapping[str, str], *, until: str = "home") -> list[str]:
        """A whole intake; returns the questions that were asked."""
        self.says("你好")
        asked: list[str] = []
        while self.subject != until:
            assert len(asked) < 60, asked
            asked.append(self.subject)
            self.says(answers[self.subject])
        return asked
