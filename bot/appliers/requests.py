"""What people ask the product for: workbooks, counts, an answer from the secretariat, peace."""

from dataclasses import asdict

from bot import answering_questions
from bot.appliers.scene import Scene
from bot.jobs import EXPORT, ExportJob
from bot.mydata import MY_DATA, MyDataJob
from bot.stats_picture import STATS_PICTURE, PictureJob
from bot.store import enquiries, people, statistics, timers
from bot.store.audit import Outcome
from dialogs.effects import (
    AskSecretariat,
    NoteRefusal,
    RequestExport,
    RequestMyData,
    RequestStats,
    ResumeMessages,
    StopMessages,
)
from dialogs.events import Done
from domain.campaign import current_campaign


def request_export(scene: Scene, effect: RequestExport) -> None:
    """Sets the slow job going."""
    job = ExportJob(
        account=scene.who.account,
        person=scene.who.person,
        scope=effect.scope,
        selected=effect.selected,
        eligible_only=effect.eligible_only,
        complete_only=effect.complete_only,
        asked_at=scene.now,
    )
    timers.set_timer(
        scene.connection, EXPORT, f"message {scene.who.message}", scene.now, scene.now, job.model_dump_json()
    )


def request_stats(scene: Scene, _: RequestStats) -> Done:
    """Counts now."""
    campaign = current_campaign(scene.now.date())
    scene.audit("stats")
    picture = PictureJob(
        account=scene.who.account,
        person=scene.who.person,
        language=scene.conversation.language,
        asked_at=scene.now,
    )
    timers.set_timer(
        scene.connection,
        STATS_PICTURE,
        f"message {scene.who.message}",
        scene.now,
        scene.now,
        picture.model_dump_json(),
    )
    counts = statistics.counts(scene.connection, campaign.id)
    fields = "、".join(f"{name} {count}" for name, count in counts.fields) or "—"
    args = {name: value for name, value in asdict(counts).items() if name != "fields"}
    return Done("stats.text", (*args.items(), ("fields", fields)))


def note_refusal(scene: Scene, effect: NoteRefusal) -> None:
    """Somebody without the role tried."""
    scene.audit(effect.action, outcome=Outcome.REFUSED)


def ask_secretariat(scene: Scene, effect: AskSecretariat) -> None:
    """The question waits on the secretariat's list, and stands in its members' chats."""
    made = enquiries.ask(scene.connection, scene.who.person, scene.who.account, effect.text, scene.now)
    answering_questions.forward(scene.connection, made, effect.text, scene.now)


def stop_messages(scene: Scene, _: StopMessages) -> None:
    """Nothing but replies to this account."""
    people.opt_out(scene.connection, scene.who.account, scene.now)


def resume_messages(scene: Scene, _: ResumeMessages) -> None:
    """Reminders and notices again."""
    people.opt_out(scene.connection, scene.who.account, None)


def request_my_data(scene: Scene, _: RequestMyData) -> None:
    """Sets the slow job going."""
    request = MyDataJob(account=scene.who.account, person=scene.who.person, asked_at=scene.now)
    timers.set_timer(
        scene.connection, MY_DATA, f"message {scene.who.message}", scene.now, scene.now, request.model_dump_json()
    )
    scene.audit("mydata")
