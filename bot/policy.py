"""What the operator has decided about writing to many."""

from dataclasses import dataclass, field

from domain.quiet_hours import QuietHours


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """More than `approval_above` recipients need a second member's approval; nobody is written to in `quiet` hours."""

    approval_above: int = 200
    quiet: QuietHours = field(default_factory=QuietHours)


DEFAULT = Policy()
"""What holds where nothing is set."""
