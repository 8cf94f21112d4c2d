"""A filled form sent by chat: read first, taken only when its sender says so."""

from bot import form_jobs, unit_rights
from bot.appliers.scene import Scene
from bot.store import attachments, import_runs, members
from bot.store.audit import Outcome
from bot.store.states import ImportState
from dialogs.effects import ReadForm, TakeForm
from dialogs.events import Done
from domain.permissions import Action, Reach, reach


def read_form(scene: Scene, effect: ReadForm) -> Done | None:
    """Sets the reading going; nothing is changed by it."""
    connection, person = scene.connection, scene.who.person
    unit_id = unit_rights.unit_named(connection, person, effect.unit) if effect.unit else None
    far = reach(members.roles_of(connection, person), Action.IMPORT)
    if far is not Reach.ALL and (far is None or unit_id is None):
        scene.audit("import", outcome=Outcome.REFUSED)
        return Done("unit.not_yours")
    file = attachments.find(connection, effect.reference)
    if file is None or file.person != person or import_runs.find(connection, effect.reference) is not None:
        return Done("import.no_file")
    import_runs.begin(connection, person, unit_id, effect.reference, scene.now)
    form_jobs.begin(scene, form_jobs.READ, effect.reference)
    return None


def take_form(scene: Scene, effect: TakeForm) -> Done:
    """Yes or no, once."""
    run = import_runs.find(scene.connection, effect.reference)
    if run is None or run.person != scene.who.person:
        return Done("import.stale")
    if not effect.sure:
        for state in (ImportState.READING, ImportState.READ):
            import_runs.move(scene.connection, effect.reference, state, ImportState.DROPPED, scene.now)
        return Done("import.dropped")
    if not import_runs.move(scene.connection, effect.reference, ImportState.READ, ImportState.CONFIRMED, scene.now):
        return Done("import.stale")
    form_jobs.begin(scene, form_jobs.TAKE, effect.reference)
    return Done("import.confirmed")
