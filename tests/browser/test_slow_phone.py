"""What the page costs on a slow telephone: bytes, and time on 400 kbit/s with a round trip of 400 ms."""

import logging
from time import monotonic

import pytest
from playwright.async_api import Browser

from tests.browser.person import Person, answers
from tests.browser.wire import wire_to
from tests.program import Program

figures = logging.getLogger("figures")
"""Shown by `pytest --log-cli-level=INFO`."""

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST_VISIT = 50 * 1024
REPEAT_VISIT = 5 * 1024
ROUND_TRIP = 0.4
SLOW = {
    "offline": False,
    "latency": ROUND_TRIP * 1000,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
CARD_SECONDS = 2.5
TURN_SECONDS = 1.0 + ROUND_TRIP


async def test_a_first_visit_and_a_repeat_visit_cost_few_bytes(chrome: Browser, program: Program) -> None:
    async with wire_to(program.address) as wire:
        person = await Person.arrive(chrome, wire.address)
        await person.page.wait_for_load_state("networkidle")
        first, _ = wire.cut()
        await person.take_in(answers())
        intake, asked = wire.cut()
        await person.page.goto("about:blank")
        wire.cut()
        await person.open()
        await person.page.wait_for_load_state("networkidle")
        repeat, _ = wire.cut()
        await person.leave()

    figures.info("first visit %d B, intake %d B down, %d B up, repeat visit %d B", first, intake, asked, repeat)
    assert first <= FIRST_VISIT
    assert repeat <= REPEAT_VISIT


async def slow_person(chrome: Browser, program: Program) -> Person:
    person = await Person.at(chrome, program.address)
    session = await person.context.new_cdp_session(person.page)
    await session.send("Network.enable")
    await session.send("Network.emulateNetworkConditions", SLOW)
    return person


async def test_the_first_card_shows_soon_on_a_slow_link(chrome: Browser, program: Program) -> None:
    times = []
    for _ in range(3):
        person = await slow_person(chrome, program)
        began = monotonic()
        await person.page.goto(f"{person.address}/", wait_until="commit")
        await person.page.locator(".bot .choice").first.wait_for()
        shown = monotonic() - began
        painted = await person.page.evaluate(
            "() => new Promise(done => new PerformanceObserver(list => done(list.getEntries()[0].startTime / 1000))"
            ".observe({type: 'largest-contentful-paint', buffered: true}))"
        )
        times.append(max(shown, painted))
        await person.leave()

    figures.info("first card after %s s", [round(each, 2) for each in times])
    assert max(times) <= CARD_SECONDS


async def test_a_turn_shows_soon_on_a_slow_link(chrome: Browser, program: Program) -> None:
    person = await slow_person(chrome, program)
    await person.open()
    given, times = answers(), []
    while (question := await person.question()) != "home":
        began = monotonic()
        await person.answer(given[question])
        await person.leaves(question)
        times.append(monotonic() - began)
    await person.leave()

    figures.info("turns took %s s", [round(each, 2) for each in times])
    assert max(times) <= TURN_SECONDS


async def test_an_optimistic_bubble_shows_at_once_on_a_slow_link(chrome: Browser, program: Program) -> None:
    person = await slow_person(chrome, program)
    await person.open()
    await person.answer("中文")
    began = monotonic()
    await person.page.locator(".me .state", has_text="发送中").wait_for()
    shown = monotonic() - began
    await person.leave()

    assert shown < ROUND_TRIP


async def test_no_request_leaves_for_anybody_else(chrome: Browser, program: Program) -> None:
    person = await Person.arrive(chrome, program.address)
    await person.take_in(answers())
    await person.page.goto(f"{program.address}/resume")
    await person.page.wait_for_load_state("networkidle")
    await person.leave()

    assert person.requests
    assert {url.split("/")[2] for url in person.requests} == {f"127.0.0.1:{program.port}"}


async def test_nothing_moves_while_the_page_builds_up(chrome: Browser, program: Program) -> None:
    person = await slow_person(chrome, program)
    await person.page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "each => { if (!each.hadRecentInput) window.shift += each.value; }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    await person.open()
    await person.take_in(answers(), until="phone")
    shift = await person.page.evaluate("() => window.shift")
    await person.leave()

    assert shift < 0.1
