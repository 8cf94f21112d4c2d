"""Personal data at rest: encrypted column types (AES-256-GCM) and keyed blind indexes for finding what is encrypted.

A stored value is: 1 byte key id, 12 bytes nonce, the cipher text, 16 bytes tag. Its associated data is
"table.column", so that a value moved into another column does not open.

Which keys? SQLAlchemy hands a column type the dialect of the engine that runs the statement, and every engine has a
dialect of its own. So `use_keys(engine, ring)` ties the ring to that dialect: threads share it, several engines (tests,
backup and restore) each have theirs, a rotation replaces it at once for all, and no context variable has to follow
work into worker threads.
"""

import hmac
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import ColumnElement, Engine, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.operators import OperatorType, eq, is_, is_not, ne
from sqlalchemy.types import TypeDecorator

from bot.errors import KeysMissingError, WrongKeyError

SECRET_AT_LEAST = 16
"""Characters of a secret; the secret itself has to be random, it is stretched by nothing."""
INDEX_BYTES = 16
_NONCE_BYTES = 12
_OVERHEAD = 1 + _NONCE_BYTES + 16
SEALED_EMPTY = _OVERHEAD
"""Bytes that a sealed empty text takes: any other is longer."""
_PROBE = b"hurentong"

Value = TypeVar("Value")


def _derive(secret: str, purpose: str, length: int = 32) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=length, salt=None, info=f"hurentong/1/{purpose}".encode())
    return hkdf.derive(secret.encode())


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """What is derived from one secret. `id` stands in front of each value; it is a hint, the tag decides."""

    id: int
    cipher: AESGCM
    index: bytes

    @classmethod
    def from_secret(cls, secret: str) -> "Key":
        """Derives by HKDF-SHA-256, one key a purpose; raises WrongKeyError where the secret is too short."""
        if len(secret) < SECRET_AT_LEAST:
            raise WrongKeyError(f"a SECRET_KEY needs at least {SECRET_AT_LEAST} random characters")
        return cls(_derive(secret, "key id", 1)[0], AESGCM(_derive(secret, "encrypt")), _derive(secret, "blind index"))


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The keys in use: the first encrypts, every one decrypts."""

    keys: tuple[Key, ...]

    @classmethod
    def from_secret(cls, secret: str | Iterable[str]) -> "KeyRing":
        """A ring from one secret, or from several, the newest first. Raises WrongKeyError for none or a short one."""
        keys = tuple(Key.from_secret(each) for each in ([secret] if isinstance(secret, str) else secret))
        if not keys:
            raise WrongKeyError("a key ring needs at least one SECRET_KEY")
        return cls(keys)

    @property
    def current(self) -> Key:
        """The key that encrypts."""
        return self.keys[0]

    def seal(self, plain: bytes, column: str) -> bytes:
        """Encrypts for one column ("table.column"); the same plain text never gives the same value twice."""
        # Random 96-bit nonces are sound for 2^32 values a key (NIST SP 800-38D, 8.3): far beyond this product.
        nonce = os.urandom(_NONCE_BYTES)
        return bytes([self.current.id]) + nonce + self.current.cipher.encrypt(nonce, plain, column.encode())

    def open(self, sealed: bytes, column: str) -> bytes:
        """Decrypts what `seal` made for the same column; raises WrongKeyError where no key fits or a bit is wrong."""
        for key in self.keys:
            plain = _open(key, sealed, column)
            if plain is not None:
                return plain
        raise WrongKeyError(
            f"{column}: a stored value does not open with the SECRET_KEY given. Either this is not the key that "
            "the database was made with (after a rotation, name the old key too), or the value was tampered with."
        )

    def is_current(self, sealed: bytes, column: str) -> bool:
        """Whether the value is encrypted with the newest key; if not, a rotation has to seal it again."""
        return _open(self.current, sealed, column) is not None

    def probe(self) -> bytes:
        """A sealed constant to be kept in the database, by which a start with the wrong key is recognised."""
        return self.seal(_PROBE, "key.probe")

    def check(self, probe: bytes) -> None:
        """Raises WrongKeyError where `probe` was not made with one of these keys."""
        self.open(probe, "key.probe")


def _open(key: Key, sealed: bytes, column: str) -> bytes | None:
    if len(sealed) < _OVERHEAD or sealed[0] != key.id:
        return None
    nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    try:
        return key.cipher.decrypt(nonce, body, column.encode())
    except InvalidTag:
        return None


def blind_index(ring: KeyRing, purpose: str, normalised_text: str) -> bytes:
    """16 bytes that stand for a text in a unique or searched column without telling it: equal texts, equal bytes.

    `purpose` ("candidate.phone") keeps the indexes of different columns from being compared with each other.
    """
    return _blind(ring.current, purpose, normalised_text)


def blind_indexes(ring: KeyRing, purpose: str, normalised_text: str) -> tuple[bytes, ...]:
    """The blind index by every key, the newest first: what to look for while a rotation is under way."""
    return tuple(_blind(key, purpose, normalised_text) for key in ring.keys)


def _blind(key: Key, purpose: str, text: str) -> bytes:
    message = purpose.encode() + b"\0" + text.encode("utf8", "surrogatepass")
    return hmac.digest(key.index, message, "sha256")[:INDEX_BYTES]


KeySource = Callable[[], KeyRing]
"""Where the keys come from at each use: a rotation changes them while the program runs."""

_rings: WeakKeyDictionary[Dialect, KeySource] = WeakKeyDictionary()


def use_keys(engine: Engine, keys: KeyRing | KeySource) -> None:
    """From now on, encrypted columns read and written through this engine use these keys."""
    _rings[engine.dialect] = (lambda: keys) if isinstance(keys, KeyRing) else keys


def keys_of(dialect: Dialect) -> KeyRing:
    """The keys of the engine with this dialect; raises KeysMissingError where `use_keys` was not called for it."""
    try:
        keys = _rings[dialect]
    except KeyError:
        raise KeysMissingError("call use_keys(engine, ring) before encrypted columns are read or written") from None
    return keys()


class _Unsearchable(TypeDecorator.Comparator[Any]):
    """Refuses what could never be true: the same text is stored as other bytes each time."""

    def operate(self, op: OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
        """Nothing but IS NULL and IS NOT NULL."""
        if op in (is_, is_not) or (op in (eq, ne) and other == (None,)):
            return super().operate(op, *other, **kwargs)
        raise TypeError(f"an encrypted column cannot be compared or sorted ({op.__name__}); look up its blind index")


class Encrypted(TypeDecorator[Value], Generic[Value]):
    """What the encrypted types share; `column` is "table.column", the associated data of every value."""

    impl = LargeBinary
    cache_ok = True
    comparator_factory = _Unsearchable

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: Value | None, dialect: Dialect) -> bytes | None:
        """Encrypts with the newest key of the engine."""
        return None if value is None else keys_of(dialect).seal(self._to_bytes(value), self.column)

    def process_result_value(self, value: Any, dialect: Dialect) -> Value | None:
        """Decrypts with the key that fits; raises WrongKeyError where none does."""
        return None if value is None else self._from_bytes(keys_of(dialect).open(bytes(value), self.column))

    def _to_bytes(self, value: Value) -> bytes:
        raise NotImplementedError

    def _from_bytes(self, plain: bytes) -> Value:
        raise NotImplementedError


class EncryptedText(Encrypted[str]):
    """Text at rest; any text a person can send comes back as it was, lone surrogates too."""

    cache_ok = True

    def _to_bytes(self, value: str) -> bytes:
        return value.encode("utf8", "surrogatepass")

    def _from_bytes(self, plain: bytes) -> str:
        return plain.decode("utf8", "surrogatepass")


class EncryptedBytes(Encrypted[bytes]):
    """Bytes at rest: raw payloads, attachments."""

    cache_ok = True

    def _to_bytes(self, value: bytes) -> bytes:
        return value

    def _from_bytes(self, plain: bytes) -> bytes:
        return plain
