"""Links that engineers come by: for all of a unit, of one project, or for one imported candidate to confirm."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, Table, insert, select, update

from bot.store.codes import ALPHABET, plain
from bot.store.tables import candidate, enterprise, invitation_link, project, unit

LENGTH = 16
"""Letters of 5 bits each: longer than a one-time code, so that neither is taken for the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whom a link is for; `candidate` only for an imported person."""

    unit: int | None
    enterprise: int | None = None
    project: int | None = None
    candidate: int | None = None


def make(connection: Connection, target: Target, made_by: int | None, now: datetime) -> str:
    """The letters of the link for that target: the standing one, else a new one."""
    same = select(invitation_link.c.letters).where(
        invitation_link.c.revoked_at.is_(None),
        invitation_link.c.unit_id.is_not_distinct_from(target.unit),
        invitation_link.c.project_id.is_not_distinct_from(target.project),
        invitation_link.c.candidate_id.is_not_distinct_from(target.candidate),
    )
    known: str | None = connection.execute(same.limit(1)).scalar_one_or_none()
    if known is not None:
        return known
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    connection.execute(
        insert(invitation_link).values(
            digest=_digest(letters),
            letters=letters,
            unit_id=target.unit,
            enterprise_id=target.enterprise,
            project_id=target.project,
            candidate_id=target.candidate,
            made_by=made_by,
            made_at=now,
        )
    )
    return letters


def find(connection: Connection, text: str) -> tuple[int, Target] | None:
    """(id, target) of the link that stands with these letters; None for any other text."""
    letters = plain(text)
    if len(letters) != LENGTH:
        return None
    row = connection.execute(
        select(invitation_link).where(
            invitation_link.c.digest == _digest(letters), invitation_link.c.revoked_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return None
    target = Target(unit=row.unit_id, enterprise=row.enterprise_id, project=row.project_id, candidate=row.candidate_id)
    return row.id, target


def count_use(connection: Connection, link: int) -> None:
    """Somebody came by it."""
    connection.execute(
        update(invitation_link).where(invitation_link.c.id == link).values(uses=invitation_link.c.uses + 1)
    )


def revoke(connection: Connection, unit_id: int, now: datetime) -> int:
    """The unit's links for many open nothing from now on; returns how many there were."""
    return connection.execute(
        update(invitation_link)
        .where(
            invitation_link.c.unit_id == unit_id,
            invitation_link.c.candidate_id.is_(None),
            invitation_link.c.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    ).rowcount


def claim(connection: Connection, candidate_id: int, person: int) -> bool:
    """The imported candidate is this person from now on; False where they are somebody already."""
    changed = connection.execute(
        update(candidate)
        .where(candidate.c.id == candidate_id, candidate.c.person_id.is_(None))
        .values(person_id=person)
    )
    return changed.rowcount == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetNames:
    """What a target is called."""

    unit: str
    enterprise: str
    project: str


def names(connection: Connection, target: Target) -> TargetNames:
    """For captions and greetings; '' for what the target has not."""

    def name(table: Table, number: int | None) -> str:
        found = connection.execute(select(table.c.name).where(table.c.id == number)).scalar_one_or_none()
        return str(found or "")

    return TargetNames(
        unit=name(unit, target.unit),
        enterprise=name(enterprise, target.enterprise),
        project=name(project, target.project),
    )


def _digest(letters: str) -> bytes:
    return sha256(letters.encode()).digest()
