"""The life of an application: its statuses, who may change which into which, and what that asks for."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.datafiles import read_data
from domain.errors import TransitionError
from domain.vocabulary import Role, acts_as


class ApplicationStatus(StrEnum):
    """Where an application stands; what each means and allows is in `domain/data/transitions.toml`."""

    DRAFT = "draft"
    IMPORTED = "imported"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    RECOMMENDED = "recommended"
    SCREENING = "screening"
    ALLOCATED = "allocated"
    MATERIALS = "materials"
    REVIEW = "review"
    REGISTERED = "registered"
    NOT_PASSED = "not_passed"
    WITHDRAWN = "withdrawn"


class StatusTraits(BaseModel):
    """What a status is called and allows.

    initial: an application may begin with it; open: the case can still reach its goal; editable: the candidate may
    change their answers.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: ApplicationStatus
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]
    initial: bool = False
    open: bool = False
    editable: bool = False


class Transition(BaseModel):
    """One allowed change. A candidate acts on their own case only, a unit contact on the unit's candidates only."""

    model_config = ConfigDict(frozen=True)

    source: ApplicationStatus
    target: ApplicationStatus
    by: frozenset[Role]
    reason: bool
    tells: bool

    def allows(self, role: Role) -> bool:
        """Whether this role may make the change; a lead may what a secretariat member may."""
        return not self.by.isdisjoint(acts_as(role))

    def needs_reason(self, role: Role) -> bool:
        """Whether this role must say why; a candidate never owes a reason for their own case."""
        return self.reason and role is not Role.CANDIDATE

    def tells_candidate(self, role: Role) -> bool:
        """Whether the candidate is told when this role makes the change; nobody is told of their own doing."""
        return self.tells and role is not Role.CANDIDATE


class _Row(BaseModel):
    """One [[transition]] of the data file: the same change from several statuses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: tuple[ApplicationStatus, ...] = Field(alias="from", min_length=1)
    to: ApplicationStatus
    by: frozenset[Role] = Field(min_length=1)
    reason: bool = False
    tells: bool = False

    def transitions(self) -> Iterator[Transition]:
        for source in self.source:
            yield Transition(source=source, target=self.to, by=self.by, reason=self.reason, tells=self.tells)


class Lifecycle(BaseModel):
    """The whole table: every status once, every change at most once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    statuses: tuple[StatusTraits, ...] = Field(alias="status")
    rows: tuple[_Row, ...] = Field(alias="transition")

    @model_validator(mode="after")
    def _each_status_and_change_stands_once(self) -> "Lifecycle":
        if sorted(each.id for each in self.statuses) != sorted(ApplicationStatus):
            raise ValueError("[[status]] must stand once for each ApplicationStatus")
        pairs = [(each.source, each.target) for each in self.transitions]
        if len(set(pairs)) != len(pairs):
            raise ValueError("the same change stands in two [[transition]]")
        return self

    @property
    def transitions(self) -> tuple[Transition, ...]:
        """Every allowed change, in the data file's order."""
        return tuple(each for row in self.rows for each in row.transitions())


@cache
def lifecycle() -> Lifecycle:
    """The table of `domain/data/transitions.toml`; raises DataFileError where it contradicts itself."""
    return read_data(Lifecycle, "transitions.toml")


@cache
def _changes() -> dict[tuple[ApplicationStatus, ApplicationStatus], Transition]:
    return {(each.source, each.target): each for each in lifecycle().transitions}


@cache
def _traits() -> dict[ApplicationStatus, StatusTraits]:
    return {each.id: each for each in lifecycle().statuses}


def status_traits(status: ApplicationStatus) -> StatusTraits:
    """What a status is called and allows."""
    return _traits()[status]


def find_transition(status: ApplicationStatus, to: ApplicationStatus) -> Transition | None:
    """The change from one status to another, or None where there is no such change for anybody."""
    return _changes().get((status, to))


def next_statuses(status: ApplicationStatus, role: Role) -> tuple[ApplicationStatus, ...]:
    """What this role may change an application of this status into, in the data file's order."""
    return tuple(each.target for each in lifecycle().transitions if each.source is status and each.allows(role))


def transition(status: ApplicationStatus, to: ApplicationStatus, role: Role, *, reason: str = "") -> ApplicationStatus:
    """The new status, once `role` changes `status` into `to`.

    Raises TransitionError where there is no such change, where it is not this role's, or where a reason is owed.
    """
    change = find_transition(status, to)
    if change is None or not change.allows(role):
        choices = ", ".join(next_statuses(status, role)) or "nothing"
        raise TransitionError(f"{role} cannot change {status} into {to}; possible: {choices}")
    if change.needs_reason(role) and not reason.strip():
        raise TransitionError(f"changing {status} into {to} needs a reason: the candidate is told why")
    return change.target


def allowed_pairs() -> tuple[tuple[ApplicationStatus, ApplicationStatus], ...]:
    """Every (from, to) that the database is to accept in the history of an application."""
    return tuple((each.source, each.target) for each in lifecycle().transitions)


def initial_statuses() -> tuple[ApplicationStatus, ...]:
    """What an application may begin with."""
    return tuple(each.id for each in lifecycle().statuses if each.initial)


def mermaid() -> str:
    """The table as a Mermaid state diagram for the docs; on each arrow, who may."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {each.id}: {each.zh} {each.id}" for each in lifecycle().statuses]
    lines += [f"    [*] --> {each.id}" for each in lifecycle().statuses if each.initial]
    for each in lifecycle().transitions:
        who = ", ".join(role for role in Role if role in each.by)
        lines.append(f"    {each.source} --> {each.target}: {who}")
    lines += [f"    {each.id} --> [*]" for each in lifecycle().statuses if not each.open]
    return "\n".join(lines) + "\n"


def markdown() -> str:
    """The table for the docs: a row a change, with who may make it, whether a reason is owed, whether it is told."""
    lines = ["| from | to | by | reason | candidate told |", "|---|---|---|---|---|"]
    for each in lifecycle().transitions:
        names = (f"{status_traits(status).zh} `{status}`" for status in (each.source, each.target))
        who = ", ".join(role for role in Role if each.allows(role))
        marks = ("yes" if mark else "" for mark in (each.reason, each.tells))
        lines.append("| " + " | ".join([*names, who, *marks]) + " |")
    return "\n".join(lines) + "\n"
