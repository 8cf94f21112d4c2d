"""What monitoring asks for: /healthz (is the process up), /readyz (can it work), /metrics (figures)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold for the process to be of use, and a figure or word on it."""

    good: bool
    detail: str | int | float = ""


Probe = Callable[[], Awaitable[Condition]]
Figures = Callable[[], Awaitable[None]]
"""Brings gauges that are read from the database up to date."""


def health_routes(probes: Mapping[str, Probe], figures: Figures) -> list[Route]:
    """The three pages. They hold no personal data and no secret."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        conditions = {name: await probe() for name, probe in probes.items()}
        good = all(each.good for each in conditions.values())
        report = {name: {"good": each.good, "detail": each.detail} for name, each in conditions.items()}
        return JSONResponse({"ready": good, "conditions": report}, status_code=200 if good else 503)

    async def metrics(_: Request) -> Response:
        await figures()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
