"""Who is calling is what the peer's address says, unless a proxy that the settings name says otherwise."""

import asyncio
import socket

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from bot.app import server_of
from tests.bot.running import until


@pytest.mark.parametrize(
    ("trusted", "seen"),
    [("", "127.0.0.1"), ("10.0.0.0/8", "127.0.0.1"), ("127.0.0.1", "203.0.113.7"), ("127.0.0.0/8", "203.0.113.7")],
)
async def test_only_a_named_proxy_says_who_is_calling(trusted: str, seen: str) -> None:
    async def answer(request: Request) -> PlainTextResponse:
        assert request.client is not None
        return PlainTextResponse(request.client.host)

    server: uvicorn.Server = server_of(Starlette(routes=[Route("/", answer)]), trusted)
    listening = socket.create_server(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await until(lambda: server.started)
        async with httpx.AsyncClient() as client:
            address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
            answered = await client.get(address, headers={"x-forwarded-for": "203.0.113.7"})
        assert answered.text == seen
    finally:
        server.should_exit = True
        await running
