"""The rows of Annex 3 that the records make."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.annex3_filter import ExportFilter
from bot.store import applications, withdrawals
from exports.annex3_info import ExportInfo
from exports.annex3_table import Row, row_of


@dataclass(frozen=True, slots=True)
class Annex3Source:
    """What a workbook is written from."""

    rows: list[Row]
    info: ExportInfo


def annex3_source(
    connection: Connection, campaign: str, wanted: ExportFilter, *, asked_at: datetime, asked_by: str
) -> Annex3Source:
    """The rows that the filter lets through, and what 导出信息 says of them. Slow for thousands: decrypts every row."""
    found = applications.filed(connection, campaign, *wanted.conditions())
    rows = [row_of(str(each.id), each.record, eligible=each.eligible) for each in found]
    withdrawn = withdrawals.count(
        connection, campaign, list(wanted.conditions_on_withdrawn()), list(wanted.conditions_on_erased())
    )
    info = ExportInfo(asked_at=asked_at, asked_by=asked_by, filter=wanted.text(), withdrawn=withdrawn)
    return Annex3Source(rows, info)
