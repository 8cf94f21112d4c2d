"""The person asks to be forgotten."""

from bot import erasure
from bot.appliers.scene import Scene
from dialogs.effects import RequestErasure


def request_erasure(scene: Scene, _: RequestErasure) -> None:
    """Nothing of the person is used from now on; after the grace it is gone."""
    erasure.schedule(scene.connection, scene.who.person, scene.now)
    scene.audit("forget", subject=f"person {scene.who.person}")
