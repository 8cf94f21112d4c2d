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

from exports.cell_text import one_line

# Not from the system's table, which differs from one machine to the next and often does not know .xlsx.
_TYPES = {
    ".xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".pdf": ("application", "pdf"),
    ".jpg": ("image", "jpeg"),
    ".jpeg": ("image", "jpeg"),
    ".png": ("image", "png"),
}
_ANY_TYPE = ("application", "octet-stream")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with the mail."""

    name: str
    content: bytes


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
