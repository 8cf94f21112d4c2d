"""The intake with aiogram's finite state machine: `python -m bench.peers.with_aiogram MODE BASE_URL PORT`.

As its documentation does it: a State for each question, MemoryStorage, a router, `start_polling` or the aiohttp
request handler with its defaults (updates are handled in the background).
"""

import asyncio
import sys
from functools import partial

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from bench.peers.intake import QUESTIONS, asked, choices, following, read, said
from domain.classification import classify

TOKEN = "1:token"  # noqa: S105 - of the emulator
SECRET = "a-secret-of-the-bench"  # noqa: S105 - protects nothing
STATES = {question: State(question, "Intake") for question in QUESTIONS}
router = Router()


async def ask(message: Message, state: FSMContext, question: str) -> None:
    """Sends the question and makes it the state."""
    await state.set_state(STATES[question])
    answers = await state.get_data()
    buttons = [
        [InlineKeyboardButton(text=label, callback_data=f"{question}:{value}")]
        for value, label in choices(question, answers)
    ]
    await message.answer(
        asked(question, answers), reply_markup=InlineKeyboardMarkup(inline_keyboard=buttons) if buttons else None
    )


@router.message(CommandStart())
async def start(message: Message, state: FSMContext) -> None:
    """/start."""
    await state.clear()
    await ask(message, state, QUESTIONS[0])


async def typed(question: str, message: Message, state: FSMContext) -> None:
    """A typed answer."""
    value = read(question, message.text or "")
    if value is None:
        await message.answer(said(f"{question}.help"))
        return
    await state.update_data({question: value})
    await ask(message, state, following(question))


async def pressed(question: str, query: CallbackQuery, state: FSMContext) -> None:
    """A button."""
    await query.answer()
    await state.update_data({question: (query.data or "").partition(":")[2]})
    if isinstance(query.message, Message):
        await ask(query.message, state, following(question))


for each in QUESTIONS[:-1]:
    router.message.register(partial(typed, each), STATES[each], F.text)
    router.callback_query.register(partial(pressed, each), STATES[each], F.data.startswith(f"{each}:"))


async def poll(bot: Bot, dispatcher: Dispatcher) -> None:
    """Polls until it is told to stop."""
    await bot.delete_webhook()
    await dispatcher.start_polling(bot)


def serve(bot: Bot, dispatcher: Dispatcher, port: int) -> None:
    """Serves the webhook until it is told to stop."""

    async def register(bot: Bot) -> None:
        await bot.set_webhook(f"http://127.0.0.1:{port}/telegram", secret_token=SECRET)

    dispatcher.startup.register(register)
    site = web.Application()
    SimpleRequestHandler(dispatcher=dispatcher, bot=bot, secret_token=SECRET).register(site, path="/telegram")
    setup_application(site, dispatcher, bot=bot)
    web.run_app(site, host="127.0.0.1", port=port, print=lambda *_: None)


def bot_at(base_url: str) -> Bot:
    """The bot at that server."""
    server = TelegramAPIServer.from_base(base_url.removesuffix("/bot"))
    return Bot(TOKEN, session=AiohttpSession(api=server))


def main() -> None:
    """Runs until it is told to stop."""
    mode, base_url, port = sys.argv[1:4]
    classify("桥梁结构设计")
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    bot = bot_at(base_url)
    if mode == "polling":
        asyncio.run(poll(bot, dispatcher))
    else:
        serve(bot, dispatcher, int(port))


if __name__ == "__main__":
    main()
