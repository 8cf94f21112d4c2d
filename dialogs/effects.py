"""What a step wants done besides showing cards: typed, applied by the shell in the turn's own transaction."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dialogs.conversation import Value
from domain.application import ApplicationStatus
from domain.audience import Attendance, Audience
from domain.records import Enterprise, OverseasProject
from domain.vocabulary import Language


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """An answer was given or changed; every version is kept. `answers` are the thread's after it."""

    script: str
    question: str
    value: Value
    said: str


@dataclass(frozen=True, slots=True)
class SubmitApplication:
    """The engineer handed in: the conversation's answers become (or replace) candidate and application."""


@dataclass(frozen=True, slots=True)
class ChangeLanguage:
    """The person chose the language they are written to in."""

    language: Language


@dataclass(frozen=True, slots=True)
class RedeemCode:
    """Bind the account to the role that a one-time code stands for; answered by a Done."""

    code: str


class ExportScope(StrEnum):
    """What /export asks first."""

    ALL = "all"
    UNIT = "unit"
    FIELD = "field"
    LEVEL = "level"
    POSTING = "posting"
    STATUS = "status"
    BY_UNIT = "by_unit"
    """Everyone, a workbook for each recommending unit, in one zip."""


@dataclass(frozen=True, slots=True)
class RequestExport:
    """Make an Annex 3 workbook and send it here; answered by a Done with a file, later."""

    scope: ExportScope
    selected: str
    eligible_only: bool
    complete_only: bool = False


@dataclass(frozen=True, slots=True)
class RequestStats:
    """Count the applications; answered by a Done."""


@dataclass(frozen=True, slots=True)
class RecordClassification:
    """A classification was shown: what was suggested, by which lexicon, and (when chosen) what the person took."""

    text: str
    lexicon_version: str
    suggested: tuple[tuple[str, str, float, tuple[str, ...]], ...]
    """(field, specialty, score, matched words), best first."""
    chosen: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class NoteRefusal:
    """Somebody without the role tried a command; goes to the audit."""

    action: str


class Purpose(StrEnum):
    """What a consent is for."""

    EVALUATION = "evaluation"
    """Collecting the data and passing it to the federation and its societies."""
    ABROAD = "abroad"
    """Passing it to partner bodies abroad, once registered."""


@dataclass(frozen=True, slots=True)
class RecordConsent:
    """The person agreed or did not, to the notice of that version (`dialogs.consent`). Every one is kept."""

    purpose: Purpose
    version: str
    given: bool


@dataclass(frozen=True, slots=True)
class AskSecretariat:
    """A question that the bot cannot answer goes to the secretariat's list; their answer comes later as a notice."""

    text: str


@dataclass(frozen=True, slots=True)
class RequestResumeCode:
    """Make a one-time code (single use, 10 minutes) by which the person's other account joins this conversation.

    Answered by a Done `resume.code` with `code` and `minutes`. The other account redeems it as any code (RedeemCode);
    it is then told `resume.joined`.
    """


@dataclass(frozen=True, slots=True)
class StopMessages:
    """Opt-out: nothing but replies is sent to this account from now on (reminders, notices)."""


@dataclass(frozen=True, slots=True)
class ResumeMessages:
    """Takes the opt-out back."""


@dataclass(frozen=True, slots=True)
class RequestMyData:
    """Put together all that is held on the person; answered by a Done `mydata.ready` with a file, later."""


@dataclass(frozen=True, slots=True)
class RequestErasure:
    """Delete all that is held on the person once the grace is over (`dialogs.own_data.GRACE_DAYS`); until then nothing
    of it is used. The step's own conversation is empty already; what must be kept by law or is another person's stays.
    The card of this step is the person's confirmation.
    """


@dataclass(frozen=True, slots=True)
class CancelErasure:
    """The person takes it back within the grace: everything stands as before. Told by a Done `forget.taken_back`."""


@dataclass(frozen=True, slots=True)
class RecordAttachments:
    """Files of a kind (`certificate`) belong to the person's application; they are stored, `references` name them."""

    kind: str
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreateBriefing:
    """The secretariat calls a briefing: it is stored, and everyone of its audience is invited once.

    `starts_at` is aware, `minutes` the length; `place`, `join_link` or both say where. Answered by a Done
    `brief.created` with `key` and `count`, the number of people invited.
    """

    title: str
    starts_at: datetime
    minutes: int
    place: str
    join_link: str
    text: str
    materials: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class RecordAttendance:
    """The person answered an invitation; `briefing` is its number in the button's token.

    Answered by a Done `attendance.coming` (with the calendar file), `attendance.not_coming`, `attendance.recording`, or
    `attendance.over` where it is over or cancelled.
    """

    briefing: int
    answer: Attendance


@dataclass(frozen=True, slots=True)
class CountAudience:
    """How many people the filters let through; answered by a Done `audience.count` with `count`."""

    audience: Audience


@dataclass(frozen=True, slots=True)
class TryBroadcast:
    """Make (or change) the author's draft and send its text to the author alone.

    Answered by a Done `broadcast.tested` with `count`, `lacking` and the samples as `sample_1` … `sample_3`.
    """

    text: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class StartBroadcast:
    """Start the draft that was tested, at `starts_at` (aware) or at once where it is None.

    Answered by a Done `broadcast.started`, `broadcast.scheduled` or `broadcast.awaiting_approval` with `key` and
    `count`.
    """

    text: str
    audience: Audience
    starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class SaveWork:
    """A unit's contact entered an enterprise (`enterprise` its id where known) and maybe one of its projects."""

    unit: int
    enterprise: int | None
    record: Enterprise
    project: int | None
    project_record: OverseasProject | None


@dataclass(frozen=True, slots=True)
class MergeEnterprises:
    """Two names of one company, as a person of the unit says: the unit's people and projects go to `kept`.

    Answered by a Done `unit.merged`.
    """

    unit: int
    kept: int
    gone: int


@dataclass(frozen=True, slots=True)
class RemindCandidate:
    """Send the candidate what they still lack, at most once a day. Answered by a Done `unit.reminded` or another."""

    unit: int
    application: int


@dataclass(frozen=True, slots=True)
class LinkToConfirm:
    """A link by which an imported candidate confirms their data; answered by a Done, later."""

    unit: int
    application: int


@dataclass(frozen=True, slots=True)
class DecideCandidate:
    """The unit recommends, takes it back, or withdraws; `version` is that of what the contact saw.

    Answered by a Done `unit.decided`, or one that says why not.
    """

    unit: int
    application: int
    version: int
    to: ApplicationStatus
    reason: str


@dataclass(frozen=True, slots=True)
class InviteEngineers:
    """A link and its QR picture for the unit's engineers, or those of one project; answered by a Done, later."""

    unit: int
    project: int | None


@dataclass(frozen=True, slots=True)
class RevokeLinks:
    """The unit's links open nothing any more; answered by a Done `link.revoked` with `count`."""

    unit: int


@dataclass(frozen=True, slots=True)
class RequestPackage:
    """The unit's workbook, its print and the mail's draft; answered by a Done for each, later."""

    unit: int


@dataclass(frozen=True, slots=True)
class KeepScan:
    """Scans of the stamped print are kept with the unit; answered by a Done `unit.scan_kept` or why not."""

    unit: int
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadForm:
    """Read a filled Annex 3 without changing anything; `unit` is '' for the secretariat. A Done tells, later."""

    unit: str
    reference: str


@dataclass(frozen=True, slots=True)
class TakeForm:
    """Take the form as it was read, or (not `sure`) drop it; answered by a Done."""

    reference: str
    sure: bool


class BroadcastMove(StrEnum):
    """What a member may do with a broadcast that is tested."""

    APPROVE = "approve"
    SEND_BACK = "send_back"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class MoveBroadcast:
    """Approve it, send it back, pause, resume or cancel it.

    Answered by a Done `broadcast.moved.<move>`, `broadcast.not_by_author`, `broadcast.not_possible` or
    `broadcast.unknown_number`, each with `key`.
    """

    number: int
    move: BroadcastMove


@dataclass(frozen=True, slots=True)
class ListBroadcasts:
    """The newest broadcasts; answered by a Done `broadcast.list` with `list`, or `broadcast.none`."""


@dataclass(frozen=True, slots=True)
class RequestDeskLink:
    """A one-time link and code by which this member signs in at the desk; answered by a Done `desk_link.ready`."""


@dataclass(frozen=True, slots=True)
class FindCandidates:
    """Search for candidates; answered by a Done `find.found` with `list` and `count`, or `find.nobody`."""

    text: str


@dataclass(frozen=True, slots=True)
class ListMembers:
    """Who has which role; answered by a Done `who.list` with `list`."""


@dataclass(frozen=True, slots=True)
class ReadAudit:
    """The newest entries of the audit; answered by a Done `audit.list` with `list`."""


@dataclass(frozen=True, slots=True)
class ListEnquiries:
    """Questions that wait, by age; answered by a Done `questions.list` with `list`, or `questions.none`."""


@dataclass(frozen=True, slots=True)
class AnswerEnquiry:
    """A member's answer to a question goes to who asked; answered by a Done `enquiry.sent` or `enquiry.too_late`."""

    enquiry: int
    text: str


@dataclass(frozen=True, slots=True)
class DecideCase:
    """Change the status of the application as it was seen; answered by a Done that says what came of it."""

    application: int
    version: int
    to: ApplicationStatus
    reason: str = ""
    questions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NoteOnCase:
    """A remark that only the secretariat sees; answered by a Done `desk.said.noted`."""

    application: int
    text: str


@dataclass(frozen=True, slots=True)
class ViewCase:
    """The whole record was shown to a member: goes to the audit."""

    application: int


@dataclass(frozen=True, slots=True)
class RevokeRole:
    """Take every role of the secretariat or of units from a person; answered by a Done `desk.said.<…>`."""

    person: int


@dataclass(frozen=True, slots=True)
class InviteMember:
    """A one-time code for a member of the secretariat; answered by a Done `desk.people.code`."""

    lead: bool


@dataclass(frozen=True, slots=True)
class InviteUnit:
    """A one-time code for a unit's contact; answered by a Done `desk.people.code_unit`."""

    unit: str


Effect = (
    RecordAnswer
    | SubmitApplication
    | ChangeLanguage
    | RedeemCode
    | RequestExport
    | RequestStats
    | RecordClassification
    | NoteRefusal
    | RecordConsent
    | AskSecretariat
    | RequestResumeCode
    | StopMessages
    | ResumeMessages
    | RequestMyData
    | RequestErasure
    | CancelErasure
    | RecordAttachments
    | CreateBriefing
    | RecordAttendance
    | CountAudience
    | TryBroadcast
    | StartBroadcast
    | MoveBroadcast
    | ListBroadcasts
    | SaveWork
    | MergeEnterprises
    | RemindCandidate
    | LinkToConfirm
    | DecideCandidate
    | InviteEngineers
    | RevokeLinks
    | RequestPackage
    | KeepScan
    | ReadForm
    | TakeForm
    | RequestDeskLink
    | FindCandidates
    | ListMembers
    | ReadAudit
    | ListEnquiries
    | AnswerEnquiry
    | DecideCase
    | NoteOnCase
    | ViewCase
    | RevokeRole
    | InviteMember
    | InviteUnit
)

ANSWERED_AT_ONCE = (
    RedeemCode,
    RequestStats,
    RequestResumeCode,
    RecordAttendance,
    MoveBroadcast,
    ListBroadcasts,
    MergeEnterprises,
    RemindCandidate,
    DecideCandidate,
    RevokeLinks,
    KeepScan,
    TakeForm,
    RequestDeskLink,
    FindCandidates,
    ListMembers,
    ReadAudit,
    ListEnquiries,
    AnswerEnquiry,
    DecideCase,
    NoteOnCase,
    RevokeRole,
    InviteMember,
    InviteUnit,
)
"""Effects whose Done follows in the same turn: the step itself shows no card where it has nothing else to say."""
