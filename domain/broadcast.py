"""群发 (Broadcast): its life, each recipient's delivery, who must approve it, and a report whose states add up."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.datafiles import read_data
from domain.errors import HurentongError, TransitionError
from domain.vocabulary import Language


class BroadcastState(StrEnum):
    """Where a broadcast stands; the changes between them are in `domain/data/broadcast.toml`."""

    DRAFT = "draft"
    TESTED = "tested"
    AWAITING_APPROVAL = "awaiting_approval"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FINISHED = "finished"


class DeliveryState(StrEnum):
    """Where one recipient's share stands; each ends in exactly one state after `sending`."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    OPTED_OUT = "opted_out"
    WINDOW_CLOSED = "window_closed"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


UNFINISHED = (DeliveryState.WAITING, DeliveryState.SENDING)
"""States in which a delivery is still to end somewhere."""

NOT_REACHED = tuple(each for each in DeliveryState if each not in (*UNFINISHED, DeliveryState.DELIVERED))
"""States after which the person is to be called by hand."""


class Hand(StrEnum):
    """Who makes a change: whoever may broadcast, another member than the author, or the program itself."""

    AUTHOR = "author"
    APPROVER = "approver"
    PROGRAM = "program"


class Words(BaseModel):
    """The same words in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def __getitem__(self, language: Language) -> str:
        return self.zh if language is Language.ZH else self.en


class StateTraits(Words):
    """What a broadcast's state is called; `final`: nothing follows."""

    id: BroadcastState
    final: bool = False


class DeliveryTraits(Words):
    """What a delivery's state is called, what may follow it, and why a person was not reached in it."""

    id: DeliveryState
    next: tuple[DeliveryState, ...] = ()
    reason: Words | None = None


class Placeholder(BaseModel):
    """A placeholder of a text: the name in braces, further words for it, and what stands in for a missing value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z_]+$")]
    words: tuple[str, ...]
    missing: Words


class _Change(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: tuple[BroadcastState, ...] = Field(alias="from", min_length=1)
    to: BroadcastState
    by: frozenset[Hand] = Field(min_length=1)


class BroadcastRules(BaseModel):
    """The data file: every state once, every change once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    placeholders: tuple[Placeholder, ...] = Field(alias="placeholder")
    states: tuple[StateTraits, ...] = Field(alias="state")
    changes: tuple[_Change, ...] = Field(alias="transition")
    deliveries: tuple[DeliveryTraits, ...] = Field(alias="delivery")

    @model_validator(mode="after")
    def _everything_stands_once(self) -> "BroadcastRules":
        if [each.id for each in self.states] != list(BroadcastState):
            raise ValueError("[[state]] must stand once for each BroadcastState, in its order")
        if [each.id for each in self.deliveries] != list(DeliveryState):
            raise ValueError("[[delivery]] must stand once for each DeliveryState, in its order")
        pairs = [(source, each.to) for each in self.changes for source in each.source]
        if len(set(pairs)) != len(pairs):
            raise ValueError("the same change stands in two [[transition]]")
        if any(bool(each.reason) != (each.id in NOT_REACHED) for each in self.deliveries):
            raise ValueError("a reason belongs to each state after which a person was not reached, and to no other")
        return self


@cache
def broadcast_rules() -> BroadcastRules:
    """The rules of `domain/data/broadcast.toml`; raises DataFileError where they contradict themselves."""
    return read_data(BroadcastRules, "broadcast.toml")


@cache
def broadcast_changes() -> Mapping[tuple[BroadcastState, BroadcastState], frozenset[Hand]]:
    """Every allowed (from, to) of a broadcast, for the database's check and the docs, with whose hand it needs."""
    return {(source, each.to): each.by for each in broadcast_rules().changes for source in each.source}


@cache
def delivery_changes() -> frozenset[tuple[DeliveryState, DeliveryState]]:
    """Every allowed (from, to) of a delivery."""
    return frozenset((each.id, to) for each in broadcast_rules().deliveries for to in each.next)


def change_broadcast(state: BroadcastState, to: BroadcastState, hand: Hand) -> BroadcastState:
    """The new state once that hand makes the change; raises TransitionError where it may not."""
    if hand not in broadcast_changes().get((state, to), frozenset()):
        choices = [str(end) for (start, end), hands in broadcast_changes().items() if start is state and hand in hands]
        raise TransitionError(f"{hand} cannot change {state} into {to}; possible: {', '.join(choices) or 'nothing'}")
    return to


class ApprovalError(HurentongError):
    """The approval of a broadcast was missing, or was given by whoever wrote it."""


def needs_approval(recipients: int, above: int) -> bool:
    """Whether a second member must approve: with more than `above` recipients, a setting."""
    return recipients > above


def started(*, recipients: int, approval_above: int, later: bool) -> BroadcastState:
    """What a tested broadcast becomes when its author starts it."""
    if needs_approval(recipients, approval_above):
        return BroadcastState.AWAITING_APPROVAL
    return BroadcastState.SCHEDULED if later else BroadcastState.RUNNING


def check_approver(author: str, approver: str) -> None:
    """Raise ApprovalError where the author would approve their own broadcast; both are stable ids of members."""
    if author == approver:
        raise ApprovalError("a broadcast is approved by another member than the one who wrote it")


class ReportError(HurentongError):
    """The deliveries of a broadcast do not add up to its audience."""


@dataclass(frozen=True, slots=True)
class Report:
    """How many recipients are in each state; the counts add up to `audience`, or ReportError is raised."""

    audience: int
    counts: Mapping[DeliveryState, int]

    def __post_init__(self) -> None:
        total = sum(self.counts.values())
        if total != self.audience or any(count < 0 for count in self.counts.values()):
            raise ReportError(f"{total} deliveries for {self.audience} recipients: {dict(self.counts)}")

    def __getitem__(self, state: DeliveryState) -> int:
        return self.counts.get(state, 0)

    @property
    def done(self) -> int:
        """Recipients whose delivery has ended."""
        return self.audience - sum(self[state] for state in UNFINISHED)

    @property
    def finished(self) -> bool:
        """Whether every delivery has ended."""
        return self.done == self.audience

    @property
    def not_reached(self) -> int:
        """Recipients to be called by hand."""
        return sum(self[state] for state in NOT_REACHED)
