"""What an engineer gives: consents, answers, classifications, files, the application itself."""

import json

from sqlalchemy import update

from bot import erasure, unfinished
from bot.appliers.scene import Scene
from bot.store import applications, attachments, classifications, consents, conversations, roles
from bot.store.conversations import AnswerVersion
from bot.store.tables import conversation as conversation_table
from dialogs.application_record import application_record
from dialogs.effects import (
    ChangeLanguage,
    Purpose,
    RecordAnswer,
    RecordAttachments,
    RecordClassification,
    RecordConsent,
    SubmitApplication,
)
from dialogs.verdict import facts_of
from domain.campaign import current_campaign
from domain.eligibility import Assessment, assess
from domain.vocabulary import Level

BEFORE_CONSENT = ("language", "consent")
"""Questions whose answers tell nothing of the person."""


def record_consent(scene: Scene, effect: RecordConsent) -> None:
    """Every one is kept; the newest of a purpose holds."""
    consents.record(scene.connection, scene.who.person, effect.purpose, effect.version, scene.now, given=effect.given)
    if effect.given and effect.purpose is Purpose.EVALUATION:
        erasure.begin_anew(scene.connection, scene.who.person, scene.now)
        unfinished.begin(scene.connection, scene.who.person, scene.conversation, scene.now)
    became = "given" if effect.given else "refused"
    scene.audit("consent", subject=str(effect.purpose), detail=f"{became}; notice {effect.version}")


def record_answer(scene: Scene, effect: RecordAnswer) -> None:
    """Adds the version of the answer; before consent nothing but the language and the consent itself is kept."""
    if effect.script == scene.conversation.main.script and not (
        scene.conversation.consented or effect.question in BEFORE_CONSENT
    ):
        return
    version = AnswerVersion(
        script=effect.script,
        question=effect.question,
        revision=scene.conversation.revision,
        value=effect.value,
        said=effect.said,
        at=scene.now,
    )
    conversations.record_answer(scene.connection, scene.conversation.id, version)


def record_classification(scene: Scene, effect: RecordClassification) -> None:
    """Keeps what was suggested for which words, and what was taken."""
    classifications.record(scene.connection, scene.conversation.id, effect, scene.now)


def record_attachments(scene: Scene, effect: RecordAttachments) -> None:
    """The person's own files become part of their application."""
    attachments.assign(scene.connection, scene.who.person, effect.references, effect.kind)


def submit(scene: Scene, _: SubmitApplication) -> None:
    """Writes candidate and application, with both verdicts of the day."""
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


def change_language(scene: Scene, effect: ChangeLanguage) -> None:
    """The conversation's language, also for what is sent outside a turn."""
    scene.connection.execute(
        update(conversation_table)
        .where(conversation_table.c.id == scene.conversation.id)
        .values(language=effect.language)
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
