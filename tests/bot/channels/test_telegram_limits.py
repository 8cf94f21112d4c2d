from hypothesis import given
from hypothesis import strategies as st
from telegram import constants

from bot.channels import telegram_limits as limits


def test_the_limits_are_those_python_telegram_bot_names() -> None:
    assert limits.TEXT_UNITS == constants.MessageLimit.MAX_TEXT_LENGTH
    assert limits.CAPTION_UNITS == constants.MessageLimit.CAPTION_LENGTH
    assert limits.CALLBACK_DATA_BYTES == constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA
    assert limits.KEYBOARD_BUTTONS == constants.InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER
    assert limits.KEYBOARD_COLUMNS == constants.InlineKeyboardMarkupLimit.BUTTONS_PER_ROW
    assert limits.COMMAND_DESCRIPTION == constants.BotCommandLimit.MAX_DESCRIPTION
    assert limits.UPLOAD_BYTES == constants.FileSizeLimit.FILESIZE_UPLOAD
    assert limits.DOWNLOAD_BYTES == constants.FileSizeLimit.FILESIZE_DOWNLOAD
    assert limits.UPDATES_PER_POLL == constants.PollingLimit.MAX_LIMIT
    assert limits.WEBHOOK_CONNECTIONS == constants.WebhookLimit.MAX_CONNECTIONS_LIMIT
    assert limits.SECRET_CHARACTERS == constants.WebhookLimit.MAX_SECRET_TOKEN_LENGTH
    assert set(limits.ALLOWED_UPDATES) <= {str(each) for each in constants.UpdateType}


@given(st.text())
def test_texts_are_counted_in_utf_16_units(text: str) -> None:
    assert limits.text_units(text) == len(text.encode("utf-16-le")) // 2
