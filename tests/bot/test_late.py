"""What is imported late is there when it is needed, and not before."""

import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

import bot
from bot.late import LateRoutes, late

PLACES = sorted(
    {
        place
        for file in Path(bot.__file__).parent.rglob("*.py")
        for place in re.findall(r'= late\("(\S+:\w+)"\)', file.read_text())
    }
)
NOT_FOR_THE_FIRST_PAGE = ("bot.desk", "bot.kinds", "bot.telegram", "bot.wechat", "openpyxl", "alembic", "jieba")


@pytest.mark.parametrize("place", PLACES)
def test_every_late_function_is_where_it_is_looked_for(place: str) -> None:
    module, _, name = place.partition(":")
    probe = f"import {module}; assert callable({module}.{name})"
    subprocess.run([sys.executable, "-c", probe], check=True, timeout=60)


def test_the_first_page_waits_for_nothing_that_it_does_not_use() -> None:
    probe = f"import sys, bot.app; print([each for each in {NOT_FOR_THE_FIRST_PAGE!r} if each in sys.modules])"
    done = subprocess.run([sys.executable, "-c", probe], check=True, timeout=60, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_a_late_function_is_the_function() -> None:
    assert late("math:hypot")(3, 4) == 5


async def test_late_routes_are_made_once_and_only_for_their_own_paths() -> None:
    made: list[int] = []

    async def page(request: Request) -> Response:
        return PlainTextResponse(request.path_params["row"])

    def make() -> list[Route]:
        made.append(1)
        return [Route("/desk/{row}", page)]

    site = httpx.ASGITransport(Starlette(routes=[LateRoutes(("/desk",), make)]))
    async with httpx.AsyncClient(transport=site, base_url="http://site") as client:
        assert (await client.get("/other")).status_code == 404
        assert (await client.get("/desks/5")).status_code == 404
        assert made == []
        assert (await client.get("/desk/5")).text == "5"
        assert (await client.get("/desk/5/6")).status_code == 404
        assert made == [1]
