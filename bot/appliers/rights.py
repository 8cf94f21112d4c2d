"""What each effect needs a right for: looked at once more when it happens, whatever the dialogue believed.

A dialogue can last for days, and the role with which it began may have been taken away since.
"""

from sqlalchemy import Connection

from bot.store import members
from dialogs import effects
from dialogs.effects import BroadcastMove, Effect, MoveBroadcast
from domain.permissions import Action, may

NEEDS: dict[type, Action] = {
    effects.RequestExport: Action.EXPORT,
    effects.RequestStats: Action.STATS,
    effects.CreateBriefing: Action.BRIEF,
    effects.CountAudience: Action.BRIEF,
    effects.TryBroadcast: Action.BROADCAST,
    effects.StartBroadcast: Action.BROADCAST,
    effects.MoveBroadcast: Action.VIEW_BROADCASTS,
    effects.ListBroadcasts: Action.VIEW_BROADCASTS,
    effects.RequestDeskLink: Action.FIND,
    effects.FindCandidates: Action.FIND,
    effects.ListMembers: Action.WHO,
    effects.ReadAudit: Action.AUDIT,
    effects.ListEnquiries: Action.ANSWER_QUESTIONS,
    effects.AnswerEnquiry: Action.ANSWER_QUESTIONS,
    effects.DecideCase: Action.DECIDE,
    effects.NoteOnCase: Action.REVIEW,
    effects.ViewCase: Action.REVIEW,
    effects.RevokeRole: Action.REVOKE,
    effects.InviteMember: Action.INVITE_SECRETARIAT,
    effects.InviteUnit: Action.INVITE_UNIT,
}
"""Effects on others' data. Those of a unit are looked at by `appliers.units`, which knows whose unit it is."""

_APPROVALS = (BroadcastMove.APPROVE, BroadcastMove.SEND_BACK)


def needed(effect: Effect) -> Action | None:
    """The right that the effect needs; None for what everybody does with their own data."""
    if isinstance(effect, MoveBroadcast) and effect.move in _APPROVALS:
        return Action.APPROVE_BROADCAST
    return NEEDS.get(type(effect))


def lacks(connection: Connection, person: int, effect: Effect) -> Action | None:
    """The right that the person would need and does not have (any more)."""
    action = needed(effect)
    return None if action is None or may(members.roles_of(connection, person), action) else action
