"""A browser without a script, as far as the chat page needs one: forms, buttons, cookies, redirects."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from tests.bot.web.house import House


@dataclass
class Page:
    """What a page shows: its bubbles, what can be pressed, its forms' hidden fields."""

    status: int
    html: str
    said: list[str] = field(default_factory=list)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Label -> field name and value; only those of the chat's own form."""
    links: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    subject: str = ""
    """The question that waits."""
    field_kind: str = ""
    field_value: str = ""


class _Reader(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self.page = page
        self.text: list[str] = []
        self.depth = 0
        self.button: tuple[str, str] | None = None
        self.link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "div" and (self.depth or given.get("class") == "bubble"):
            self.depth += 1
        if tag == "input" and given.get("type") == "hidden":
            self.page.hidden.setdefault(given["name"], given["value"])
        if given.get("id") == "say":
            self.page.subject = given["data-subject"]
        if given.get("id") == "text":
            self.page.field_kind = "textarea" if tag == "textarea" else f"{given['type']}/{given['inputmode']}"
            self.page.field_value = given.get("value", "")
        if tag in ("button", "a"):
            self.text = [] if not self.depth else self.text
            self.button = (given["name"], given["value"]) if given.get("form") == "go" else None
            self.link = given.get("href", "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("button", "a"):
            label = self.text[-1].strip() if self.text else ""
            if self.button:
                self.page.buttons[label] = self.button
            elif self.link:
                self.page.links[label] = self.link
            self.button, self.link = None, ""
        if tag == "div" and self.depth:
            self.depth -= 1
            if not self.depth:
                self.page.said.append(" ".join("".join(self.text).split()))
        if not self.depth:
            self.text = []


def read(response: httpx.Response) -> Page:
    page = Page(response.status_code, response.text)
    _Reader(page).feed(response.text)
    return page


class Browser:
    """Keeps cookies and the page it is on; follows redirects."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = Page(0, "")

    @classmethod
    def at(cls, house: House) -> "Browser":
        """Another browser for the same house; to be closed with its client."""
        transport = httpx.ASGITransport(house.app)
        return cls(httpx.AsyncClient(transport=transport, base_url="http://chat.example"))

    async def open(self, address: str = "/") -> Page:
        self.page = read(await self.client.get(address))
        return self.page

    async def type(self, text: str) -> Page:
        return await self.submit({"text": text})

    async def press(self, label: str) -> Page:
        name, value = self.page.buttons[label]
        return await self.submit({name: value})

    async def submit(self, fields: dict[str, str]) -> Page:
        form = {"id": self.page.hidden["id"], "csrf": self.page.hidden["csrf"], **fields}
        answer = await self.client.post("/", data=form)
        if answer.status_code == 303:
            answer = await self.client.get(answer.headers["location"])
        self.page = read(answer)
        return self.page
