"""A browser at the desk, without a script: cookies, forms, redirects."""

import re
from html import unescape

import httpx
from starlette.applications import Starlette
from starlette.middleware import Middleware

from bot.deciding import Member
from bot.desk.site import desk_routes
from bot.store import desk_sessions
from bot.web.protection import Protection
from tests.bot.desk.office import Office

SECRET = "a secret that is only used in tests"
ADDRESS = "https://desk.example"


class DeskBrowser:
    """One browser; `open` and `post` follow redirects and keep the last answer."""

    def __init__(self, office: Office, address: str = ADDRESS) -> None:
        self.office = office
        routes = desk_routes(store=office.store, secrets=[SECRET], address=address, now=office.clock)
        secure = address.startswith("https")
        app = Starlette(routes=routes, middleware=[Middleware(Protection, secure=secure)])
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=address)
        self.last: httpx.Response = httpx.Response(0)

    async def open(self, path: str) -> httpx.Response:
        self.last = await self.client.get(path, follow_redirects=True)
        return self.last

    async def post(self, path: str, *, csrf: str | None = None, **fields: str) -> httpx.Response:
        token = self.csrf if csrf is None else csrf
        self.last = await self.client.post(path, data={"csrf": token, **fields}, follow_redirects=True)
        return self.last

    async def sign_in(self, member: Member) -> httpx.Response:
        code = self.office.store.write_now(lambda c: desk_sessions.make_code(c, member.person, self.office.clock()))
        await self.open(f"/enter?code={code}")
        return await self.post("/enter", code=code)

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" value="([^"]+)"', self.last.text)
        return found[1] if found else ""

    @property
    def text(self) -> str:
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.last.text)))
