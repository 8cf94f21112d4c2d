"""Effects become rows, in the turn's own transaction; what a person has to be told at once is a Done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.appliers import briefings, broadcasts, desk, erasing, forms, intake, joining, requests, units
from bot.appliers.rights import lacks
from bot.appliers.scene import Scene
from bot.policy import DEFAULT, Policy
from bot.store.audit import Outcome
from bot.turns import Rehomed, Who
from dialogs import effects
from dialogs.conversation import Conversation
from dialogs.effects import Effect
from dialogs.events import Done

REFUSED = Done("command.refused")


def apply(
    connection: Connection,
    who: Who,
    effect: Effect,
    conversation: Conversation,
    now: datetime,
    *,
    policy: Policy = DEFAULT,
    address: str = "",
) -> Done | Rehomed | None:
    """Applies one effect; a Done is fed to the dialogue at once, a Rehomed ends the turn.

    What the person may not do (any more) is refused, and that is a row of the audit.
    `address` is the public one, for links that a card shows.
    """
    scene = Scene(connection=connection, who=who, conversation=conversation, now=now, policy=policy, address=address)
    missing = lacks(connection, who.person, effect)
    if missing is not None:
        scene.audit(missing, outcome=Outcome.REFUSED)
        return REFUSED
    return APPLIERS[type(effect)](scene, effect)


APPLIERS: dict[type, Callable[[Scene, Any], Done | Rehomed | None]] = {
    effects.RecordAnswer: intake.record_answer,
    effects.SubmitApplication: intake.submit,
    effects.ChangeLanguage: intake.change_language,
    effects.RecordClassification: intake.record_classification,
    effects.RecordConsent: intake.record_consent,
    effects.RecordAttachments: intake.record_attachments,
    effects.RedeemCode: joining.redeem,
    effects.RequestResumeCode: joining.request_resume_code,
    effects.RequestExport: requests.request_export,
    effects.RequestStats: requests.request_stats,
    effects.NoteRefusal: requests.note_refusal,
    effects.AskSecretariat: requests.ask_secretariat,
    effects.StopMessages: requests.stop_messages,
    effects.ResumeMessages: requests.resume_messages,
    effects.RequestMyData: requests.request_my_data,
    effects.RequestErasure: erasing.request_erasure,
    effects.CancelErasure: erasing.cancel_erasure,
    effects.CreateBriefing: briefings.create,
    effects.RecordAttendance: briefings.record_attendance,
    effects.CountAudience: broadcasts.count_audience,
    effects.TryBroadcast: broadcasts.try_broadcast,
    effects.StartBroadcast: broadcasts.start_broadcast,
    effects.MoveBroadcast: broadcasts.move_broadcast,
    effects.ListBroadcasts: broadcasts.list_broadcasts,
    effects.RequestDeskLink: desk.request_link,
    effects.FindCandidates: desk.find_candidates,
    effects.ListMembers: desk.list_members,
    effects.ReadAudit: desk.read_audit,
    effects.ListEnquiries: desk.list_enquiries,
    effects.AnswerEnquiry: desk.answer_enquiry,
    effects.DecideCase: desk.decide_case,
    effects.NoteOnCase: desk.note_on_case,
    effects.ViewCase: desk.view_case,
    effects.RevokeRole: desk.revoke_role,
    effects.InviteMember: desk.invite_member,
    effects.InviteUnit: desk.invite_unit,
    effects.SaveWork: units.save_work,
    effects.MergeEnterprises: units.merge_enterprises,
    effects.RemindCandidate: units.remind,
    effects.LinkToConfirm: units.link_to_confirm,
    effects.DecideCandidate: units.decide_candidate,
    effects.InviteEngineers: units.invite,
    effects.RevokeLinks: units.revoke_links,
    effects.RequestPackage: units.request_package,
    effects.KeepScan: units.keep_scan,
    effects.ReadForm: forms.read_form,
    effects.TakeForm: forms.take_form,
}
