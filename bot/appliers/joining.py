"""One-time codes: an account takes a role, or joins the conversation that its person began elsewhere."""

from datetime import timedelta

from bot.appliers.linked import come_by
from bot.appliers.scene import Scene
from bot.store import applications, codes, inbox, people, roles
from bot.store.audit import Outcome
from bot.store.codes import Redeemed, Refusal
from bot.store.states import CodeKind
from bot.turns import DONE, Rehomed
from dialogs.effects import RedeemCode, RequestResumeCode
from dialogs.events import Done
from domain.vocabulary import Role

ROLE_OF_CODE = {
    CodeKind.SECRETARIAT: Role.SECRETARIAT,
    CodeKind.LEAD: Role.LEAD,
    CodeKind.UNIT_CONTACT: Role.UNIT_CONTACT,
    CodeKind.CANDIDATE: Role.CANDIDATE,
}

RESUME_LASTS = timedelta(minutes=10)
"""How long a code lasts that hands over a conversation: just long enough to type it on the other device."""


def request_resume_code(scene: Scene, _: RequestResumeCode) -> Done:
    """A code for the person's other account."""
    who = scene.who
    code = codes.make(scene.connection, CodeKind.RESUME, scene.now, made_by=who.person, lasts=RESUME_LASTS)
    scene.audit("resume_code", subject=f"account {who.account}")
    return Done("resume.code", (("code", code), ("minutes", int(RESUME_LASTS.total_seconds()) // 60)))


def redeem(scene: Scene, effect: RedeemCode) -> Done | Rehomed:
    """Takes the code, or says why not."""
    who = scene.who
    linked = come_by(scene, effect.code)
    if linked is not None:
        return linked
    found = codes.redeem(scene.connection, effect.code, who.person, who.account, scene.now)
    if isinstance(found, Refusal):
        return _refused(scene, found)
    if found.kind is CodeKind.RESUME:
        return _resume(scene, found)
    role = ROLE_OF_CODE[found.kind]
    roles.grant(scene.connection, who.person, role, scene.now, unit_id=found.unit, code=found.id)
    scene.audit("join", subject=f"code {found.id}", detail=str(role))
    args = (("unit", found.unit_name),) if found.unit is not None else ()
    return Done(f"join.welcome_{role}", args)


def _refused(scene: Scene, refusal: Refusal) -> Done:
    scene.audit("join", outcome=Outcome.REFUSED, detail=refusal)
    return Done(f"join.{refusal}")


def _resume(scene: Scene, found: Redeemed) -> Done | Rehomed:
    """Moves the account to the person who made the code.

    Roles never move with it: else whoever talks a secretary into sending a code would become one. So an account whose
    person has a role or an application of their own stays where it is.
    """
    who, connection = scene.who, scene.connection
    if found.made_by is None:
        return _refused(scene, Refusal.UNKNOWN)
    if found.made_by == who.person:
        return Done("resume.here_already")
    if roles.of(connection, who.person) or applications.has_any(connection, who.person):
        scene.audit("resume", subject=f"account {who.account}", outcome=Outcome.REFUSED, detail="records of its own")
        return Done("resume.own_records")
    left = people.rehome(connection, who.account, found.made_by, scene.now)
    scene.audit("resume", subject=f"account {who.account}", detail=f"joined {found.made_by}; {left}")
    joined = DONE.dump_json(Done("resume.joined"))
    inbox.put_internal(connection, f"resume {found.id}", who.account, found.made_by, joined, scene.now)
    return Rehomed(found.made_by)
