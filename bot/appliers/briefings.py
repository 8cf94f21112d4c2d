"""Briefings from a chat: called by the secretariat, answered by those who are called."""

from bot import calling
from bot.appliers.scene import Scene
from dialogs.effects import CreateBriefing, RecordAttendance
from dialogs.events import Done
from domain.audience import Attendance, audience_text
from domain.briefing import BriefingError

_SAID = {
    Attendance.COMING: "attendance.coming",
    Attendance.NOT_COMING: "attendance.not_coming",
    Attendance.RECORDING: "attendance.recording",
}


def create(scene: Scene, effect: CreateBriefing) -> Done:
    """Stores it and has its audience invited."""
    wanted = {
        "title": effect.title,
        "starts_at": effect.starts_at,
        "minutes": effect.minutes,
        "place": effect.place,
        "join_link": effect.join_link,
        "text": effect.text,
        "materials": effect.materials,
        "audience": effect.audience,
    }
    called, count = calling.call(scene.connection, scene.who.person, wanted, scene.now)
    detail = f"{audience_text(effect.audience)}; {count} people"
    scene.audit("brief", subject=f"briefing {called.number}", detail=detail)
    return Done("brief.created", (("key", called.number), ("count", count)))


def record_attendance(scene: Scene, effect: RecordAttendance) -> Done:
    """Keeps the answer; who comes gets the calendar file with it."""
    language = scene.conversation.language
    try:
        file = calling.answer(scene.connection, effect.briefing, scene.who.person, effect.answer, language, scene.now)
    except BriefingError:
        return Done("attendance.over")
    return Done(_SAID[effect.answer], (), file.model_dump_json() if file is not None else None)
