from email import message_from_bytes, policy
from urllib.parse import parse_qs, urlsplit

from exports.package import Attachment, mail_draft, mailto_link
from tests.exports.people import MOMENT

SUBJECT = "评价(2025)+远山集团"
FILES = (Attachment("附件3-远山集团.xlsx", b"PK\x03\x04"), Attachment("附件3-远山集团.pdf", b"%PDF-1.7"))


def draft() -> bytes:
    return mail_draft(
        mailbox="office@example.org",
        subject=SUBJECT,
        body="现报送推荐人员情况表。\n",
        attachments=FILES,
        written_at=MOMENT,
    )


def test_the_draft_opens_unsent_with_subject_text_and_both_files() -> None:
    message = message_from_bytes(draft(), policy=policy.default)
    assert (message["To"], message["Subject"], message["X-Unsent"]) == (
        "office@example.org",
        "评价(2025)+远山集团",
        "1",
    )
    assert message["From"] is None
    assert message.get_body().get_content().strip() == "现报送推荐人员情况表。"  # type: ignore[union-attr]
    attached = list(message.iter_attachments())
    assert [(part.get_filename(), part.get_content()) for part in attached] == [
        (each.name, each.content) for each in FILES
    ]
    assert [part.get_content_type() for part in attached] == [
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/pdf",
    ]


def test_lines_end_as_mail_wants_and_the_same_draft_has_the_same_bytes() -> None:
    assert b"\n" not in draft().replace(b"\r\n", b"")
    assert draft() == draft()


def test_a_unit_cannot_write_headers_of_its_own() -> None:
    subject = SUBJECT + "\r\nBcc: other@example.org"
    content = mail_draft(mailbox="a@example.org", subject=subject, body="", attachments=(), written_at=MOMENT)
    assert message_from_bytes(content, policy=policy.default)["Bcc"] is None


def test_the_link_opens_the_same_mail() -> None:
    link = mailto_link(mailbox="office@example.org", subject="评价(2025)+远山集团", body="一\n二 & 三")
    parts = urlsplit(link)
    assert (parts.scheme, parts.path) == ("mailto", "office@example.org")
    assert parse_qs(parts.query) == {"subject": ["评价(2025)+远山集团"], "body": ["一\r\n二 & 三"]}
    assert "+" not in parts.query, "a plus would become a space in some mail programs"
