"""The attendance list of a briefing: everyone who was called, with their answers, as a workbook to sign."""

from datetime import datetime

from sqlalchemy import Connection

from bot.store import briefings
from bot.store.briefings import Called
from bot.store.recipients import addressees
from domain.audience import audience_text
from domain.campaign import current_campaign


def attendance_list(connection: Connection, seen: Called, asked_at: datetime, asked_by: str) -> bytes:
    """The workbook. Decrypts and writes a row for each person."""
    from exports.annex3_info import ExportInfo  # noqa: PLC0415 - openpyxl takes 0.2 s that a start should not pay
    from exports.attendance import Invitee, attendance_workbook  # noqa: PLC0415

    called = briefings.invited(connection, seen.number)
    known = {
        each.who: each
        for each in addressees(connection, [each.who for each in called], current_campaign(asked_at.date()).id)
    }
    people = [
        Invitee(
            name=there.recipient.name if there else "",
            phone=there.recipient.phone if there else "",
            unit=there.recipient.unit if there else "",
            country=there.country if there else "",
            answer=each.answer,
            answered_at=each.answered_at,
        )
        for each in called
        for there in (known.get(each.who),)
    ]
    info = ExportInfo(asked_at=asked_at, asked_by=asked_by, filter=audience_text(seen.briefing.audience))
    return attendance_workbook(seen.briefing, people, info=info)
