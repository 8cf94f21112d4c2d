"""What a recommending unit's contact does: every effect is checked anew against the person's rights and the unit."""

from sqlalchemy import select

from bot import link_jobs, package_jobs, unit_rights
from bot.appliers.scene import Scene
from bot.deciding import Decided, Decision, Member, Overtaken, decide
from bot.sniffing import PICTURES_AND_PDF, media_type_of
from bot.store import attachments, cases, events, members, unit_links, unit_scans, unit_works
from bot.store.audit import Outcome
from bot.store.cases import Standing
from bot.store.events import Event
from bot.store.tables import application, candidate
from bot.store.unit_desk import REMINDED, unit_desk
from bot.store.unit_links import Target
from bot.telling import tell
from dialogs.cards import Card, Line
from dialogs.effects import (
    DecideCandidate,
    InviteEngineers,
    KeepScan,
    LinkToConfirm,
    MergeEnterprises,
    RemindCandidate,
    RequestPackage,
    RevokeLinks,
    SaveWork,
)
from dialogs.events import Done
from dialogs.unit_desk import DeskPerson
from dialogs.unit_people import gaps, stage_name
from domain.campaign import current_campaign
from domain.permissions import Action
from domain.vocabulary import Language

NOT_YOURS = Done("unit.not_yours")
SCAN_MEGABYTES = 10


def _may(scene: Scene, unit_id: int, action: Action) -> bool:
    may = unit_rights.may_work_for(scene.connection, scene.who.person, unit_id, action)
    if not may:
        scene.audit(action, subject=f"unit {unit_id}", outcome=Outcome.REFUSED)
    return may


def _case(scene: Scene, unit_id: int, application_id: int) -> Standing | None:
    """The application, if it is the unit's."""
    seen = cases.standing(scene.connection, application_id)
    return seen if seen is not None and seen.unit == unit_id else None


def _language(scene: Scene) -> Language:
    """The contact's own."""
    return Language(scene.conversation.language)


def _name(scene: Scene, application_id: int) -> str:
    query = (
        select(candidate.c.name)
        .join(application, application.c.candidate_id == candidate.c.id)
        .where(application.c.id == application_id)
    )
    return str(scene.connection.execute(query).scalar_one())


def save_work(scene: Scene, effect: SaveWork) -> Done | None:
    """The unit's enterprise and project, as its contact says."""
    if not _may(scene, effect.unit, Action.UNIT_PROJECTS):
        return NOT_YOURS
    saved = unit_works.save(
        scene.connection, effect.unit, effect.enterprise, effect.record, effect.project, effect.project_record
    )
    if saved is None:
        return NOT_YOURS
    scene.audit("unit_projects", subject=f"unit {effect.unit}", detail=f"enterprise {saved}")
    return None


def merge_enterprises(scene: Scene, effect: MergeEnterprises) -> Done:
    """One company under one name, for this unit."""
    if not _may(scene, effect.unit, Action.UNIT_PROJECTS):
        return NOT_YOURS
    kept = unit_works.merge(scene.connection, effect.unit, effect.kept, effect.gone, scene.now)
    if kept is None:
        return NOT_YOURS
    scene.audit("unit_projects", subject=f"unit {effect.unit}", detail=f"merged {effect.gone} into {effect.kept}")
    return Done("unit.merged", (("kept", kept),))


def remind(scene: Scene, effect: RemindCandidate) -> Done:
    """What is lacking, in the candidate's own language, at most once a day."""
    if not _may(scene, effect.unit, Action.UNIT_REMIND):
        return NOT_YOURS
    person, unit_name = _desk_person(scene, effect.unit, effect.application)
    seen = _case(scene, effect.unit, effect.application)
    if person is None or seen is None:
        return Done("unit.person_gone")
    if person.reminded_today:
        return Done("unit.reminded_today")
    line = Line(key="unit.nudge", args={"unit": unit_name, "lacks": gaps(person.missing)})
    told = seen.person is not None and tell(scene.connection, seen.person, Card(lines=(line,)), scene.now)
    if not told:
        return Done("unit.not_reminded", (("name", person.name),))
    noted = Event(subject="application", subject_id=seen.id, was=None, became=REMINDED, actor=scene.who.person)
    events.note(scene.connection, scene.now, noted)
    return Done("unit.reminded", (("name", person.name),))


def _desk_person(scene: Scene, unit_id: int, application_id: int) -> tuple[DeskPerson | None, str]:
    name = unit_works.unit_name(scene.connection, unit_id)
    desk = unit_desk(scene.connection, name, current_campaign(scene.now.date()).id, scene.now)
    return (desk.person(application_id) if desk is not None else None), name


def decide_candidate(scene: Scene, effect: DecideCandidate) -> Done:
    """Recommends, takes it back, withdraws; by the same table as the secretariat's desk."""
    if not _may(scene, effect.unit, Action.UNIT_RECOMMEND):
        return NOT_YOURS
    if _case(scene, effect.unit, effect.application) is None:
        return Done("unit.person_gone")
    name, who = _name(scene, effect.application), scene.who.person
    member = Member(person=who, roles=members.roles_of(scene.connection, who))
    wanted = Decision(application=effect.application, version=effect.version, to=effect.to, reason=effect.reason)
    result = decide(scene.connection, member, wanted, scene.now)
    match result:
        case Decided(became=became):
            return Done("unit.decided", (("name", name), ("stage", stage_name(became, _language(scene)))))
        case Overtaken(status=status):
            return Done("unit.overtaken", (("name", name), ("stage", stage_name(status, _language(scene)))))
        case _:
            return Done("unit.not_possible", (("name", name),))


def invite(scene: Scene, effect: InviteEngineers) -> Done | None:
    """A link that many may use; its picture takes a moment."""
    if not _may(scene, effect.unit, Action.UNIT_LINK):
        return NOT_YOURS
    enterprise_id = None
    if effect.project is not None:
        enterprise_id = unit_works.enterprise_of_project(scene.connection, effect.unit, effect.project)
        if enterprise_id is None:
            return NOT_YOURS
    target = Target(unit=effect.unit, enterprise=enterprise_id, project=effect.project)
    letters = unit_links.make(scene.connection, target, scene.who.person, scene.now)
    scene.audit("unit_link", subject=f"unit {effect.unit}", detail=f"project {effect.project}")
    link_jobs.begin_link(scene, target, letters)
    return None


def link_to_confirm(scene: Scene, effect: LinkToConfirm) -> Done | None:
    """A link for one imported person, who is nobody in the chat yet."""
    if not _may(scene, effect.unit, Action.UNIT_LINK):
        return NOT_YOURS
    if _case(scene, effect.unit, effect.application) is None:
        return Done("unit.person_gone")
    query = select(application.c.candidate_id).where(application.c.id == effect.application)
    candidate_id: int = scene.connection.execute(query).scalar_one()
    target = Target(unit=effect.unit, candidate=candidate_id)
    letters = unit_links.make(scene.connection, target, scene.who.person, scene.now)
    scene.audit("unit_link", subject=f"application {effect.application}")
    link_jobs.begin_link(scene, target, letters, name=_name(scene, effect.application))
    return None


def revoke_links(scene: Scene, effect: RevokeLinks) -> Done:
    """The links for many open nothing any more."""
    if not _may(scene, effect.unit, Action.UNIT_LINK):
        return NOT_YOURS
    count = unit_links.revoke(scene.connection, effect.unit, scene.now)
    scene.audit("unit_link", subject=f"unit {effect.unit}", detail=f"revoked {count}")
    return Done("link.revoked", (("count", count),))


def request_package(scene: Scene, effect: RequestPackage) -> Done | None:
    """Sets the slow job going."""
    if not _may(scene, effect.unit, Action.UNIT_PACKAGE):
        return NOT_YOURS
    package_jobs.begin_package(scene, effect.unit)
    scene.audit("unit_package", subject=f"unit {effect.unit}")
    return None


def keep_scan(scene: Scene, effect: KeepScan) -> Done:
    """Photos and PDF, known by their content, kept with the unit whoever handed them in."""
    if not _may(scene, effect.unit, Action.UNIT_SCAN):
        return NOT_YOURS
    kept = 0
    for reference in effect.references:
        file = attachments.find(scene.connection, reference)
        if file is None or file.person != scene.who.person:
            continue
        media_type = media_type_of(file.content)
        if media_type not in PICTURES_AND_PDF or len(file.content) > SCAN_MEGABYTES << 20:
            continue
        unit_scans.keep(scene.connection, effect.unit, file, media_type, scene.now)
        kept += 1
    if not kept:
        return Done("unit.scan_refused", (("megabytes", SCAN_MEGABYTES),))
    scene.audit("unit_scan", subject=f"unit {effect.unit}", detail=f"files {kept}")
    return Done("unit.scan_kept", (("count", kept),))
