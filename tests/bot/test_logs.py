import io
import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from bot import logs
from bot.store.crypto import KeyRing
from bot.store.schema import migrate
from bot.store.store import Store
from tests.bot.intake import Clock, Engineer
from tests.engineer import DISPATCHED


@pytest.mark.parametrize(
    "private",
    [
        "张伟",
        "13800138000",
        "+95 9 790 000 000",
        "123456789:AAExampleExampleExampleExampleExample12",
        "zhang.wei@example.com",
        "曾参与仰光大桥项目",
    ],
)
def test_no_personal_data_or_token_gets_into_a_line(private: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure()
    log = structlog.stdlib.get_logger("test")

    log.info("turn", said=private, row=12345678)
    logging.getLogger("other.library").warning("failed for %s", private)
    try:
        raise ValueError(private)
    except ValueError:
        log.exception("broken")

    written = capsys.readouterr().err
    assert private not in written
    assert json.dumps(private).strip('"') not in written
    assert "12345678" in written


def test_the_http_client_does_not_log_addresses() -> None:
    logs.configure()

    assert not logging.getLogger("httpx").isEnabledFor(logging.INFO)


def test_the_logs_of_a_whole_intake_hold_nothing_that_was_typed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything is logged, down to the debug lines of the libraries, and a defect with the words in its message."""
    store = Store(f"sqlite:///{tmp_path / 'a.db'}", KeyRing.from_secret("a secret that only the tests use"))
    migrate(store.engine)
    logs.configure(logging.DEBUG)
    try:
        engineer = Engineer(store, "wei", Clock(datetime(2025, 4, 1, 4, 0, tzinfo=UTC)))
        engineer.hands_in()
        for said in DISPATCHED.values():
            logging.getLogger("sqlalchemy.engine").debug("parameters %r", said)
            structlog.stdlib.get_logger("bot.workers").error("turn.failed", error=ValueError(said), where=said)
    finally:
        store.close()
        logging.getLogger().setLevel(logging.WARNING)

    written = capsys.readouterr().err
    typed = [DISPATCHED[each] for each in ("name", "phone", "statement", "enterprise", "project", "major", "work")]
    assert written.count("turn.failed") >= len(DISPATCHED)
    for each in typed:
        assert each not in written
        assert json.dumps(each).strip('"') not in written
        assert each[:6] not in written


class FullDisk(io.StringIO):
    def write(self, _: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_line_that_cannot_be_written_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr("sys.stderr", FullDisk())
        logs.configure(logging.DEBUG)
        log = structlog.get_logger("test")
        for say in (log.debug, log.info, log.warning, log.error, log.exception, log.critical):
            say("turn", row=1)
    logs.configure(logging.WARNING)
