"""The envelope of safe mode: AES-256-CBC around 16 random bytes, a length, the message and the AppID.

Own code because wechatpy 1.8.18 compares signatures in changing time, does not check the padding, fails with any of
five kinds of exception, and costs half a second of import; the tests use it as the other side.
Source: manual, 消息加解密说明.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.wechat_limits import AES_KEY_CHARACTERS, PADDING_BLOCK
from bot.errors import SettingsError
from domain.errors import HurentongError

_SALT = 16
_LENGTH = 4
_AES_BLOCK = 16


class UnopenableError(HurentongError):
    """The envelope was not made with any of our keys, or not for us, or is damaged."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One key of the account."""

    app_id: str
    key: bytes

    @classmethod
    def of(cls, app_id: str, aes_key: str) -> "Envelope":
        """From the EncodingAESKey of the console; raises SettingsError where it is none."""
        try:
            key = b64decode(aes_key + "=", validate=True)
        except (ValueError, binascii.Error):
            key = b""
        if len(aes_key) != AES_KEY_CHARACTERS or len(key) != AES_KEY_CHARACTERS * 6 // 8:
            raise SettingsError(f"a WeChat EncodingAESKey has {AES_KEY_CHARACTERS} letters and digits")
        return cls(app_id, key)

    def seal(self, message: bytes, salt: bytes | None = None) -> str:
        """The message encrypted, as base64; `salt` is given by tests only."""
        body = (salt or token_bytes(_SALT)) + len(message).to_bytes(_LENGTH) + message + self.app_id.encode()
        padding = PADDING_BLOCK - len(body) % PADDING_BLOCK
        encryptor = self._cipher().encryptor()
        sealed = encryptor.update(body + bytes([padding]) * padding) + encryptor.finalize()
        return b64encode(sealed).decode()

    def open(self, encrypted: str) -> bytes:
        """What was sealed; raises UnopenableError."""
        try:
            sealed = b64decode(encrypted, validate=True)
        except (ValueError, binascii.Error):
            raise UnopenableError("the encrypted message is not base64") from None
        if not sealed or len(sealed) % _AES_BLOCK:
            raise UnopenableError("the encrypted message is cut off")
        decryptor = self._cipher().decryptor()
        padded = decryptor.update(sealed) + decryptor.finalize()
        padding = padded[-1]
        if not 1 <= padding <= PADDING_BLOCK or padded[-padding:] != bytes([padding]) * padding:
            raise UnopenableError("encrypted with another key")
        body = padded[_SALT:-padding]
        end = _LENGTH + int.from_bytes(body[:_LENGTH])
        if len(body) < end or body[end:] != self.app_id.encode():
            raise UnopenableError("encrypted for another account; check HURENTONG_WECHAT_APP_ID")
        return body[_LENGTH:end]

    def _cipher(self) -> Cipher[modes.CBC]:
        # The vector is the key's first half by the platform's definition; the random salt makes up for it.
        return Cipher(algorithms.AES(self.key), modes.CBC(self.key[:_AES_BLOCK]))


def opened(envelopes: Sequence[Envelope], encrypted: str) -> tuple[bytes, Envelope]:
    """The message and the envelope that fits: two are valid while one key takes the other's place.

    Raises UnopenableError. Only to be asked once the signature is known to be genuine: the answers must not tell
    strangers which part of a guess was right.
    """
    why = UnopenableError("safe mode is on at WeChat, but HURENTONG_WECHAT_AES_KEY is not set")
    for envelope in envelopes:
        try:
            return envelope.open(encrypted), envelope
        except UnopenableError as error:
            why = error
    raise why
