import json
import logging

import pytest
import structlog

from bot import logs


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
