"""What members of the secretariat do by chat: find, decide, note, answer, invite, revoke."""

from zoneinfo import ZoneInfo

from bot import answering_questions, deciding
from bot.appliers.scene import Scene
from bot.deciding import Decided, Decision, Member, NotPossible, Overtaken
from bot.desk.office import Names
from bot.membership import REVOKED, revoke
from bot.store import audit, case_list, cases, codes, desk_sessions, enquiries, members, units
from bot.store.case_list import Filter, Listed
from bot.store.case_search import FEW
from bot.store.states import CodeKind
from dialogs.cards import Line
from dialogs.effects import (
    AnswerEnquiry,
    DecideCase,
    FindCandidates,
    InviteMember,
    InviteUnit,
    ListEnquiries,
    ListMembers,
    NoteOnCase,
    ReadAudit,
    RequestDeskLink,
    RevokeRole,
    ViewCase,
)
from dialogs.events import Done
from dialogs.texts import catalogue
from domain.annex1 import annex1
from domain.application import status_traits
from domain.campaign import current_campaign
from domain.vocabulary import Language, Role

FOUND_AT_ONCE = 10
AUDIT_LINES = 15
OFFICE = ZoneInfo("Asia/Shanghai")


def _member(scene: Scene) -> Member:
    person = scene.who.person
    return Member(person=person, roles=members.roles_of(scene.connection, person))


def _say(scene: Scene, key: str, **args: str | int) -> str:
    return catalogue().say(Line(key=key, args={**args}), _language(scene))


def _language(scene: Scene) -> Language:
    return scene.conversation.language


def request_link(scene: Scene, _: RequestDeskLink) -> Done:
    """The link and its code, for this member only."""
    code = desk_sessions.make_code(scene.connection, scene.who.person, scene.now)
    scene.audit("desk_link")
    minutes = int(desk_sessions.CODE_LASTS.total_seconds()) // 60
    args = (("link", f"{scene.address}/enter?code={code}"), ("code", code), ("minutes", minutes))
    return Done("desk_link.ready", args)


def find_candidates(scene: Scene, effect: FindCandidates) -> Done:
    """The first who are found; the desk shows the others."""
    campaign, wanted = current_campaign(scene.now.date()), Filter(text=effect.text)
    listing = case_list.look_up(scene.connection, campaign.id, wanted)
    page = case_list.page(scene.connection, listing, limit=FOUND_AT_ONCE)
    if not page.rows:
        return Done("find.nobody")
    count = f"{FEW}+" if listing.count is None else listing.count
    lines = "\n".join(_found(each, _language(scene)) for each in page.rows)
    more = _say(scene, "find.more") if page.later else ""
    return Done("find.found", (("count", count), ("list", lines), ("more", more)))


def _found(row: Listed, language: Language) -> str:
    traits, field = status_traits(row.status), annex1().field(row.field)
    parts = (
        f"#{row.id} {row.name}",
        f"…{row.phone[-4:]}" if row.phone else "",
        row.unit,
        field.name_in(language) if field else "",
        traits.zh if language is Language.ZH else traits.en,
    )
    return " · ".join(each for each in parts if each)


def list_members(scene: Scene, _: ListMembers) -> Done:
    """Everyone with a role."""
    lines = [
        " · ".join(
            each
            for each in (
                f"#{holder.person} {holder.name}".strip(),
                _say(scene, f"desk.role.{holder.role}"),
                holder.unit,
                f"{holder.since.astimezone(OFFICE):%Y-%m-%d}",
            )
            if each
        )
        for holder in members.holders(scene.connection)
    ]
    return Done("who.list", (("list", "\n".join(lines)),))


def read_audit(scene: Scene, _: ReadAudit) -> Done:
    """The newest entries."""
    who = Names.read(scene.connection, _language(scene))
    lines = [
        f"{each.at.astimezone(OFFICE):%m-%d %H:%M} {who(each.entry.actor)} {each.entry.action} {each.entry.subject} "
        f"{_say(scene, f'desk.outcome.{each.entry.outcome}')}"
        for each in audit.latest(scene.connection, AUDIT_LINES)
    ]
    return Done("audit.list", (("list", "\n".join(lines)),))


def list_enquiries(scene: Scene, _: ListEnquiries) -> Done:
    """What waits, the longest waiting first."""
    waiting = enquiries.waiting(scene.connection, FOUND_AT_ONCE)
    if not waiting:
        return Done("questions.none")
    lines = [
        f"#{each.id} {_say(scene, 'desk.questions.days', days=(scene.now - each.asked_at).days)}：{each.text[:80]}"
        for each in waiting
    ]
    return Done("questions.list", (("list", "\n".join(lines)),))


def answer_enquiry(scene: Scene, effect: AnswerEnquiry) -> Done:
    """Once, to where the question came from."""
    sent = answering_questions.answer(scene.connection, effect.enquiry, effect.text, scene.who.person, scene.now)
    return Done("enquiry.sent" if sent else "enquiry.too_late")


def decide_case(scene: Scene, effect: DecideCase) -> Done:
    """By the same rules as on the desk."""
    wanted = Decision(
        application=effect.application,
        version=effect.version,
        to=effect.to,
        reason=effect.reason,
        questions=effect.questions,
    )
    result = deciding.decide(scene.connection, _member(scene), wanted, scene.now)
    match result:
        case Decided(told=told):
            return Done("desk.said.decided" if told else "desk.said.decided_untold")
        case Overtaken(by=by, status=status):
            traits = status_traits(status)
            name = traits.zh if _language(scene) is Language.ZH else traits.en
            who = Names.read(scene.connection, _language(scene))(by)
            return Done("desk.overtaken", (("who", who), ("status", name)))
        case NotPossible(key):
            return Done(key)


def note_on_case(scene: Scene, effect: NoteOnCase) -> Done:
    """A remark for colleagues."""
    if cases.standing(scene.connection, effect.application) is None:
        return Done("desk.case_gone")
    cases.note(scene.connection, effect.application, scene.who.person, effect.text, scene.now)
    scene.audit("note", subject=f"application {effect.application}")
    return Done("desk.said.noted")


def view_case(scene: Scene, effect: ViewCase) -> None:
    """A whole record was shown."""
    scene.audit("view_full_record", subject=f"application {effect.application}")


def revoke_role(scene: Scene, effect: RevokeRole) -> Done:
    """Every role that the person has beside being a candidate."""
    held = [each for each in members.roles_of(scene.connection, effect.person) if each is not Role.CANDIDATE]
    said = [revoke(scene.connection, scene.who.person, effect.person, role, scene.now) for role in held]
    worst = next((each for each in said if each != REVOKED), REVOKED) if said else "not_held"
    return Done(f"desk.said.{worst}")


def invite_member(scene: Scene, effect: InviteMember) -> Done:
    """A code for a new member."""
    kind = CodeKind.LEAD if effect.lead else CodeKind.SECRETARIAT
    code = codes.make(scene.connection, kind, scene.now, made_by=scene.who.person)
    scene.audit("invite_secretariat", detail=kind)
    return Done("desk.people.code", (("code", code),))


def invite_unit(scene: Scene, effect: InviteUnit) -> Done:
    """A code for a unit's contact."""
    unit_id = units.find_or_make_unit(scene.connection, effect.unit, scene.now)
    code = codes.make(scene.connection, CodeKind.UNIT_CONTACT, scene.now, unit_id=unit_id, made_by=scene.who.person)
    scene.audit("invite_unit", subject=f"unit {unit_id}")
    return Done("desk.people.code_unit", (("unit", effect.unit), ("code", code)))
