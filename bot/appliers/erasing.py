"""The person asks to be forgotten, or takes it back."""

from bot import erasure
from bot.appliers.scene import Scene
from bot.store import inbox
from bot.turns import DONE, Rehomed
from dialogs.effects import CancelErasure, RequestErasure
from dialogs.events import Done


def request_erasure(scene: Scene, _: RequestErasure) -> None:
    """Nothing of the person is used from now on; after the grace it is gone."""
    pending = erasure.schedule(scene.connection, scene.who.person, scene.now)
    scene.audit("forget", subject=f"person {scene.who.person}", detail=f"due {pending.due_at:%Y-%m-%d}")


def cancel_erasure(scene: Scene, _: CancelErasure) -> Done | Rehomed:
    """Everything stands as it did: the conversation is another than the one that this turn would save."""
    who = scene.who
    if not erasure.take_back(scene.connection, who.person, scene.now):
        return Done("forget.none_due")
    scene.audit("forget", subject=f"person {who.person}", detail="taken back")
    said = DONE.dump_json(Done("forget.taken_back"))
    inbox.put_internal(scene.connection, f"forget {who.message}", who.account, who.person, said, scene.now)
    return Rehomed(who.person)
