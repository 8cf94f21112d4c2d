"""Engineers who come by a unit's link: what is known of unit, enterprise, project or themselves is filled in."""

from collections.abc import Iterator

from sqlalchemy import select, update

from bot.appliers.scene import Scene
from bot.store import applications, roles, unit_links, works
from bot.store.applications import Filed
from bot.store.audit import Outcome
from bot.store.tables import application, candidate, project
from bot.store.unit_links import Target
from dialogs.events import Done
from domain.campaign import current_campaign
from domain.countries import code_of
from domain.records import OverseasProject
from domain.vocabulary import Posting, Role

Known = tuple[str, str | int | float | bool]


def come_by(scene: Scene, text: str) -> Done | None:
    """What the link comes to; None where the text is no link that stands."""
    found = unit_links.find(scene.connection, text)
    if found is None:
        return None
    link, target = found
    done = _enrol(scene, target) if target.candidate is None else _confirm(scene, target)
    if done is not None:
        unit_links.count_use(scene.connection, link)
        scene.audit("join", subject=f"link {link}", detail="candidate")
    return done


def _enrol(scene: Scene, target: Target) -> Done:
    """One of the unit's many."""
    _grant(scene, target)
    connection = scene.connection
    own = select(candidate.c.id).where(candidate.c.person_id == scene.who.person)
    connection.execute(
        update(application)
        .where(application.c.candidate_id.in_(own), application.c.unit_id.is_(None))
        .values(unit_id=target.unit)
    )
    called = unit_links.names(connection, target)
    row = connection.execute(select(project).where(project.c.id == target.project)).one_or_none()
    known: list[Known] = [("enterprise", called.enterprise)] if called.enterprise else []
    if row is not None:
        known += [*_of_project(works.project_of(row), planned=False), *_of_project(works.project_of(row), planned=True)]
    return Done("link.welcome", (("unit", called.unit),), answers=tuple(known))


def _confirm(scene: Scene, target: Target) -> Done | None:
    """The one person whom a form named, who is nobody in the chat yet. A second time the link opens nothing."""
    connection, who = scene.connection, scene.who
    assert target.candidate is not None  # noqa: S101 - the caller has looked
    if applications.has_any(connection, who.person):
        scene.audit("join", outcome=Outcome.REFUSED, detail="records of its own")
        return Done("link.other_record")
    if not unit_links.claim(connection, target.candidate, who.person):
        return None
    _grant(scene, target)
    campaign = current_campaign(scene.now.date()).id
    found = applications.everyone(connection, campaign, application.c.candidate_id == target.candidate)
    filed = next(iter(found), None)
    unit = unit_links.names(connection, target).unit
    if filed is None:
        return Done("link.welcome", (("unit", unit),))
    args = (("name", filed.record.candidate.name), ("unit", unit))
    return Done("link.welcome_confirm", args, answers=tuple(_of_record(filed)))


def _grant(scene: Scene, target: Target) -> None:
    if target.unit is not None:
        roles.grant(scene.connection, scene.who.person, Role.CANDIDATE, scene.now, unit_id=target.unit)


def _of_project(record: OverseasProject, *, planned: bool) -> Iterator[Known]:
    """The intake's answers about a project; which of them are asked depends on the posting."""
    code = code_of(record.country) if record.country else None
    if record.name:
        yield "planned_project" if planned else "project", record.name
    if code:
        yield "planned_country" if planned else "country", code
    if not planned and record.type:
        yield "project_type", record.type.value
    if not planned and record.status:
        yield "project_status", record.status.value


def _of_record(filed: Filed) -> Iterator[Known]:
    record, person = filed.record, filed.record.candidate
    for question, value in (
        ("name", person.name),
        ("phone", person.phone),
        ("posting", record.posting.value if record.posting else ""),
        ("present_location", person.present_location),
        ("enterprise", record.enterprise.name if record.enterprise else ""),
        ("statement", person.statement),
    ):
        if value:
            yield question, value
    if record.project is not None and record.posting is not Posting.NONE:
        yield from _of_project(record.project, planned=record.posting is Posting.PLANNED)
