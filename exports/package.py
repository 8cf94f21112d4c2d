"""What a recommending unit sends to the secretariat: the mail with its attachments as a draft, or as a mailto link."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from pathlib import PurePath
from urllib.parse import quote

from domain.errors import HurentongError
from exports.cell_text import one_line

UNIT_IN_SUBJECT = "推荐单位"
"""The words in a campaign's subject pattern, `评价(2025)+推荐单位`, that the unit's name takes the place of."""

# Not from the system's table, which differs from one machine to the next and often does not know .xlsx.
_TYPES = {
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".pdf": ("application", "pdf"),
    ".jpg": ("image", "jpeg"),
    ".jpeg": ("image", "jpeg"),
    ".png": ("image", "png"),
}
_ANY_TYPE = ("application", "octet-stream")


class SubjectPatternError(HurentongError):
    """The campaign's subject pattern has no place for the unit's name."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the mail."""

    name: str
    content: bytes


def subject_line(pattern: str, unit: str) -> str:
    """The subject that the notice asks for: `评价(2025)+某某公司`.

    Raises SubjectPatternError where the pattern does not say where the unit's name goes.
    """
    if UNIT_IN_SUBJECT not in pattern:
        raise SubjectPatternError(f"邮件主题格式“{pattern}”里没有“{UNIT_IN_SUBJECT}”，请在年度通知的数据中改正。")
    return pattern.replace(UNIT_IN_SUBJECT, one_line(unit))


def mail_draft(
    *, mailbox: str, subject: str, body: str, attachments: Sequence[Attachment], written_at: datetime
) -> bytes:
    """The mail as an .eml file that a mail program opens ready to be sent (X-Unsent), sender left to it.

    Same arguments, same bytes; `written_at` must be aware.
    """
    message = EmailMessage(policy=SMTP)
    message["To"] = Address(addr_spec=mailbox)
    message["Subject"] = one_line(subject)
    message["Date"] = format_datetime(written_at)
    message["X-Unsent"] = "1"
    message.set_content(body)
    for attachment in attachments:
        main, sub = _TYPES.get(PurePath(attachment.name).suffix.lower(), _ANY_TYPE)
        message.add_attachment(attachment.content, maintype=main, subtype=sub, filename=attachment.name)
    if message.is_multipart():  # the default boundary is random
        parts = sha256(b"\0".join(each.content for each in attachments) + body.encode("utf8")).hexdigest()
        message.set_boundary(f"=_{parts[:40]}")
    return message.as_bytes()


def mailto_link(*, mailbox: str, subject: str, body: str = "") -> str:
    """A link that opens the mail in the person's own program; what is attached they add themselves."""
    fields = [f"subject={quote(one_line(subject), safe='')}"]
    if body:
        fields.append(f"body={quote(body.replace(chr(10), chr(13) + chr(10)), safe='')}")
    return f"mailto:{quote(mailbox, safe='@')}?{'&'.join(fields)}"
