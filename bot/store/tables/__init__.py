"""All tables; importing this fills `bot.store.columns.metadata`."""

from bot.store.columns import metadata
from bot.store.tables.desk import case_note, case_task, desk_entry, desk_session, member, put_forward
from bot.store.tables.people import (
    account,
    code,
    code_attempt,
    consent,
    conversation,
    enquiry,
    person,
    role_grant,
    unit,
)
from bot.store.tables.privacy import erasure, signing, withdrawal
from bot.store.tables.records import (
    answer,
    application,
    audit,
    candidate,
    candidate_name,
    classification,
    enterprise,
    export,
    key_probe,
    project,
    status_change,
)
from bot.store.tables.traffic import attachment, event, gate, inbox, outbox, timer
from bot.store.tables.units import import_run, invitation_link, unit_enterprise, unit_scan
from bot.store.tables.web import used_link

__all__ = [
    "account",
    "answer",
    "application",
    "attachment",
    "audit",
    "candidate",
    "candidate_name",
    "case_note",
    "case_task",
    "classification",
    "code",
    "code_attempt",
    "consent",
    "conversation",
    "desk_entry",
    "desk_session",
    "enquiry",
    "enterprise",
    "erasure",
    "event",
    "export",
    "gate",
    "import_run",
    "inbox",
    "invitation_link",
    "key_probe",
    "member",
    "metadata",
    "outbox",
    "person",
    "project",
    "put_forward",
    "role_grant",
    "signing",
    "status_change",
    "timer",
    "unit",
    "unit_enterprise",
    "unit_scan",
    "used_link",
    "withdrawal",
]
