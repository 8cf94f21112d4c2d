"""Effects become rows, in the turn's own transaction; what a person has to be told at once is a Done."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, update

from bot.jobs import EXPORT, ExportJob
from bot.store import applications, audit, codes, conversations, roles, statistics, timers
from bot.store.audit import Entry, Outcome
from bot.store.codes import Redeemed, Refusal
from bot.store.conversations import AnswerVersion
from bot.store.states import CodeKind
from bot.store.tables import classification
from bot.store.tables import conversation as conversation_table
from bot.turns import Who
from dialogs.application_record import application_record
from dialogs.conversation import Conversation
from dialogs.effects import (
    ChangeLanguage,
    Effect,
    NoteRefusal,
    RecordAnswer,
    RecordClassification,
    RedeemCode,
    RequestExport,
    RequestStats,
    SubmitApplication,
)
from dialogs.events import Done
from dialogs.verdict import facts_of
from domain.campaign import current_campaign
from domain.eligibility import Assessment, assess
from domain.vocabulary import Level, Role

ROLE_OF_CODE = {
    CodeKind.SECRETARIAT: Role.SECRETARIAT,
    CodeKind.LEAD: Role.LEAD,
    CodeKind.UNIT_CONTACT: Role.UNIT_CONTACT,
    CodeKind.CANDIDATE: Role.CANDIDATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Where an effect happens."""

    connection: Connection
    who: Who
    conversation: Conversation
    now: datetime


def apply(connection: Connection, who: Who, effect: Effect, conversation: Conversation, now: datetime) -> Done | None:
    """Applies one effect; a Done is fed to the dialogue at once."""
    scene = Scene(connection=connection, who=who, conversation=conversation, now=now)
    return APPLIERS[type(effect)](scene, effect)


def _record_answer(scene: Scene, effect: RecordAnswer) -> None:
    version = AnswerVersion(
        script=effect.script,
        question=effect.question,
        revision=scene.conversation.revision,
        value=effect.value,
        said=effect.said,
        at=scene.now,
    )
    conversations.record_answer(scene.connection, scene.conversation.id, version)


def _submit(scene: Scene, _: SubmitApplication) -> None:
    campaign = current_campaign(scene.now.date())
    record = application_record(scene.conversation, campaign).model_copy(update={"submitted_at": scene.now})
    assessment = assess(facts_of(scene.conversation.main), scene.now.date(), campaign)
    unit = next((each.unit for each in roles.of(scene.connection, scene.who.person) if each.unit), None)
    applications.hand_in(
        scene.connection,
        scene.who.person,
        record,
        scene.now,
        eligible=record.level is not None and assessment[record.level].eligible,
        verdict=_snapshot(assessment),
        unit_id=unit,
    )


def _snapshot(assessment: Assessment) -> str:
    """Both verdicts as JSON: what was known and judged on the day of handing in."""
    verdicts = {
        str(level): {
            "eligible": assessment[level].eligible,
            "unmet": list(assessment[level].unmet),
            "eligible_on": _day(assessment, level),
        }
        for level in Level
    }
    return json.dumps({"on": assessment.on.isoformat(), **verdicts})


def _day(assessment: Assessment, level: Level) -> str | None:
    day = assessment[level].eligible_on
    return day.isoformat() if day is not None else None


def _change_language(scene: Scene, effect: ChangeLanguage) -> None:
    scene.connection.execute(
        update(conversation_table)
        .where(conversation_table.c.id == scene.conversation.id)
        .values(language=effect.language)
    )


def _redeem(scene: Scene, effect: RedeemCode) -> Done:
    who = scene.who
    found = codes.redeem(scene.connection, effect.code, who.person, who.account, scene.now)
    if isinstance(found, Refusal):
        entry = Entry(action="join", actor=who.person, outcome=Outcome.REFUSED, detail=found)
        audit.write(scene.connection, entry, scene.now)
        return Done(f"join.{found}")
    return _welcome(scene, found)


def _welcome(scene: Scene, found: Redeemed) -> Done:
    role = ROLE_OF_CODE[found.kind]
    roles.grant(scene.connection, scene.who.person, role, scene.now, unit_id=found.unit, code=found.id)
    entry = Entry(action="join", actor=scene.who.person, subject=f"code {found.id}", detail=str(role))
    audit.write(scene.connection, entry, scene.now)
    args = (("unit", found.unit_name),) if found.unit is not None else ()
    return Done(f"join.welcome_{role}", args)


def _request_export(scene: Scene, effect: RequestExport) -> None:
    job = ExportJob(
        account=scene.who.account,
        person=scene.who.person,
        scope=effect.scope,
        selected=effect.selected,
        eligible_only=effect.eligible_only,
        asked_at=scene.now,
    )
    timers.set_timer(
        scene.connection, EXPORT, f"message {scene.who.message}", scene.now, scene.now, job.model_dump_json()
    )


def _request_stats(scene: Scene, _: RequestStats) -> Done:
    campaign = current_campaign(scene.now.date())
    audit.write(scene.connection, Entry(action="stats", actor=scene.who.person), scene.now)
    counts = statistics.counts(scene.connection, campaign.id)
    fields = "、".join(f"{name} {count}" for name, count in counts.fields) or "—"
    args = {name: value for name, value in asdict(counts).items() if name != "fields"}
    return Done("stats.text", (*args.items(), ("fields", fields)))


def _record_classification(scene: Scene, effect: RecordClassification) -> None:
    chosen_field, chosen_specialty = effect.chosen or (None, None)
    scene.connection.execute(
        insert(classification).values(
            conversation_id=scene.conversation.id,
            text=effect.text,
            lexicon_version=effect.lexicon_version,
            suggested=json.dumps(effect.suggested, ensure_ascii=False),
            chosen_field=chosen_field,
            chosen_specialty=chosen_specialty,
            at=scene.now,
        )
    )


def _note_refusal(scene: Scene, effect: NoteRefusal) -> None:
    entry = Entry(action=effect.action, actor=scene.who.person, outcome=Outcome.REFUSED)
    audit.write(scene.connection, entry, scene.now)


APPLIERS: dict[type, Callable[[Scene, Any], Done | None]] = {
    RecordAnswer: _record_answer,
    SubmitApplication: _submit,
    ChangeLanguage: _change_language,
    RedeemCode: _redeem,
    RequestExport: _request_export,
    RequestStats: _request_stats,
    RecordClassification: _record_classification,
    NoteRefusal: _note_refusal,
}
