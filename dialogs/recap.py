"""A short recap for who comes back: where they were, what is missing, how many days are left."""

from datetime import timedelta

from dialogs.campaign_texts import campaign_line
from dialogs.cards import Line
from dialogs.context import Context
from dialogs.conversation import Conversation
from dialogs.script import Script

LONG_AWAY = timedelta(hours=12)
"""From then on a recap helps; before that the question alone is enough."""

YEARS_OLD = timedelta(days=90)
"""After so long the years of work that were given are out of date."""


def recap_lines(conversation: Conversation, script: Script, context: Context) -> tuple[Line, ...]:
    """What a returning person is told before their question; nothing for who has just been here or is new."""
    if not conversation.main.answers or conversation.seen_at is None:
        return ()
    away = context.now - conversation.seen_at
    if away < LONG_AWAY:
        return ()
    if conversation.submitted_at is not None:
        return (Line(key="recap.handed_in", args={"date": context.date_of(conversation.submitted_at).isoformat()}),)
    lines = [
        Line(
            key="recap.unfinished",
            args={
                "date": context.date_of(conversation.seen_at).isoformat(),
                "answered": len(script.answered(conversation.main)),
                "missing": script.missing(conversation.main),
            },
        ),
        campaign_line("recap.deadline", context, conversation.language),
    ]
    if away > YEARS_OLD and "related_years" in conversation.main.answers:
        lines.append(Line(key="recap.years_old"))
    return tuple(lines)
