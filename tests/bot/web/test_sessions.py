"""Cookies, form tokens and resume links."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from bot.web.sessions import LASTS, RENEWED_AFTER, RESUME_LASTS, Session, Sessions
from bot.web.signing import Signer

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def request(cookie: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", f"hurentong={cookie}".encode())]})


def cookie_of(sessions: Sessions, session: Session) -> str:
    response = Response()
    sessions.keep(session, response)
    return response.headers["set-cookie"].split("=", 1)[1].split(";")[0]


def test_a_cookie_brings_the_session_back_until_it_is_too_old() -> None:
    clock = Clock()
    sessions = Sessions(["secret"], secure=False, now=clock)
    new = sessions.of(request(""))
    cookie = cookie_of(sessions, new)

    assert sessions.of(request(cookie)) == Session(new.id, fresh=False)
    clock.now += RENEWED_AFTER + timedelta(seconds=1)
    assert sessions.of(request(cookie)) == Session(new.id, fresh=True)
    clock.now = START + LASTS + timedelta(seconds=1)
    assert sessions.of(request(cookie)).id != new.id


def test_a_new_secret_takes_old_cookies_and_signs_them_anew() -> None:
    old = Sessions(["old"], secure=False, now=Clock())
    both = Sessions(["new", "old"], secure=False, now=Clock())
    new = Sessions(["new"], secure=False, now=Clock())
    session = old.of(request(""))
    found = both.of(request(cookie_of(old, session)))

    assert found == Session(session.id, fresh=True)
    assert new.of(request(cookie_of(both, found))).id == session.id


def test_a_form_token_fits_its_own_session_only_and_differs_each_time() -> None:
    sessions = Sessions(["secret"], secure=False, now=Clock())
    mine, other = sessions.of(request("")), sessions.of(request(""))

    assert sessions.form_token(mine) != sessions.form_token(mine)
    assert sessions.form_is_ours(mine, sessions.form_token(mine))
    assert not sessions.form_is_ours(other, sessions.form_token(mine))


def test_a_resume_link_hands_over_its_session_for_a_week() -> None:
    clock = Clock()
    sessions = Sessions(["secret"], secure=False, now=clock)
    mine = sessions.of(request(""))
    token = sessions.resume_token(mine)

    assert sessions.resumed(token) == Session(mine.id, fresh=True)
    clock.now += RESUME_LASTS + timedelta(seconds=1)
    assert sessions.resumed(token) is None


@given(st.binary(max_size=60), st.data())
def test_no_bit_of_a_signed_text_can_be_changed(content: bytes, data: st.DataObject) -> None:
    signer = Signer(["secret"], "test")
    text = signer.sign(content, START)
    opened = signer.open(text, START, timedelta(days=1))
    assert opened == (content, START)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.sampled_from("ABCDEFGHabcdefgh0123456789-_"))
    changed = text[:at] + other + text[at + 1 :]
    outcome = signer.open(changed, START, timedelta(days=1))

    # The last letter may carry bits that are no part of the text.
    assert outcome is None or outcome == opened


@given(st.text(max_size=80))
def test_no_other_text_opens(text: str) -> None:
    assert Signer(["secret"], "test").open(text, START, timedelta(days=1)) is None


def test_what_was_signed_for_one_purpose_does_not_pass_for_another() -> None:
    text = Signer(["secret"], "cookie").sign(b"content", START)

    assert Signer(["secret"], "resume").open(text, START, timedelta(days=1)) is None
