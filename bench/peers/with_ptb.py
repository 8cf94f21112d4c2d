"""The intake as a ConversationHandler of python-telegram-bot: `python -m bench.peers.with_ptb MODE BASE_URL PORT`.

As its documentation does it: `run_webhook` or `run_polling`, a function for each kind of update, answers in
`user_data`, updates one after the other (a ConversationHandler asks for that). A fourth argument is the file of a
PicklePersistence.
"""

import sys
from functools import partial
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from bench.peers.intake import QUESTIONS, asked, choices, following, read, said
from domain.classification import classify

TOKEN = "1:token"  # noqa: S105 - of the emulator
Context = ContextTypes.DEFAULT_TYPE


async def ask(update: Update, context: Context, question: str) -> str:
    """Sends the question; its id is the state."""
    answers = context.user_data
    buttons = [
        [InlineKeyboardButton(label, callback_data=f"{question}:{v}")] for v, label in choices(question, answers)
    ]
    await update.effective_chat.send_message(
        asked(question, answers), reply_markup=InlineKeyboardMarkup(buttons) if buttons else None
    )
    return question


async def start(update: Update, context: Context) -> str:
    """/start."""
    context.user_data.clear()
    return await ask(update, context, QUESTIONS[0])


async def typed(update: Update, context: Context, *, question: str) -> str:
    """A typed answer."""
    value = read(question, update.message.text)
    if value is None:
        await update.message.reply_text(said(f"{question}.help"))
        return question
    context.user_data[question] = value
    return await ask(update, context, following(question))


async def pressed(update: Update, context: Context, *, question: str) -> str:
    """A button."""
    query = update.callback_query
    await query.answer()
    context.user_data[question] = query.data.partition(":")[2]
    return await ask(update, context, following(question))


async def cancel(update: Update, _: Context) -> int:
    """/cancel."""
    await update.message.reply_text(said("cancelled"))
    return ConversationHandler.END


def application(base_url: str, pickle: str | None) -> "Application[Any, Any, Any, Any, Any, Any]":
    """The bot."""
    builder = Application.builder().token(TOKEN).base_url(base_url)
    if pickle is not None:
        builder = builder.persistence(PicklePersistence(pickle))
    made = builder.build()
    states = {
        question: [
            CallbackQueryHandler(partial(pressed, question=question), pattern=f"^{question}:"),
            MessageHandler(filters.TEXT & ~filters.COMMAND, partial(typed, question=question)),
        ]
        for question in QUESTIONS[:-1]
    }
    made.add_handler(
        ConversationHandler(
            entry_points=[CommandHandler("start", start)],
            states={**states, "home": []},
            fallbacks=[CommandHandler("cancel", cancel)],
            allow_reentry=True,
            name="intake",
            persistent=pickle is not None,
        )
    )
    return made


def main() -> None:
    """Runs until it is told to stop."""
    mode, base_url, port = sys.argv[1:4]
    classify("桥梁结构设计")
    bot = application(base_url, sys.argv[4] if len(sys.argv) > 4 else None)  # noqa: PLR2004
    if mode == "polling":
        bot.run_polling()
    else:
        bot.run_webhook(
            "127.0.0.1",
            int(port),
            url_path="telegram",
            webhook_url=f"http://127.0.0.1:{port}/telegram",
            secret_token="a-secret-of-the-bench",  # noqa: S106 - protects nothing
        )


if __name__ == "__main__":
    main()
