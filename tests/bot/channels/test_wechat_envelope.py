from base64 import b64decode, b64encode
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wechatpy.crypto import PrpCrypto

from bot.channels.wechat_envelope import Envelope, UnopenableError, opened
from bot.channels.wechat_signature import signature
from bot.channels.wechat_xml import fields
from bot.errors import SettingsError
from tests.peers.wechat_platform import AES_KEY, APP_ID

OURS = Envelope.of(APP_ID, AES_KEY)
OTHER_KEY = AES_KEY[::-1].replace("G", "A", 1)
THEIRS = PrpCrypto(OURS.key)

# A message that a real account sent, as wechatpy's tests publish it.
REAL_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
REAL_APP_ID = "wx49f0ab532d5d035a"
REAL_SIGNATURE = "74d92dfeb87ba7c714f89d98870ae5eb62dff26d"
REAL_ENCRYPTED = (
    "RgqEoJj5A4EMYlLvWO1F86ioRjZfaex/gePD0gOXTxpsq5Yj4GNglrBb8I2BAJVODGajiFnXBu7mCPatfjsu6IHCrsTyeDXzF6Bv283dGymzxh6"
    "ydJRvZsryDyZbLTE7rhnus50qGPMfp2wASFlzEgMW9z1ef/RD8XzaFYgm7iTdaXpXaG4+BiYyolBug/gYNx410cvkKR2/nPwBiT+P4hIiOAQqGp"
    "/TywZBtDh1yCF2KOd0gpiMZ5jSw3e29mTvmUHzkVQiMS6td7vXUaWOMZnYZlF3So2SjHnwh4jYFxdgpkHHqIrH/54SNdshoQgWYEvccTKe7FS709"
    "/5t6NMxuGhcUGAPOQipvWTT4dShyqio7mlsl5noTrb++x6En749zCpQVhDpbV6GDnTbcX2e8K9QaNWHp91eBdCRxthuL0="
)


def test_a_real_message_opens() -> None:
    message = Envelope.of(REAL_APP_ID, REAL_KEY).open(REAL_ENCRYPTED)

    assert signature("123456", "1411525903", "461056294", REAL_ENCRYPTED) == REAL_SIGNATURE
    assert fields(message)["Content"] == "test"
    assert fields(message)["MsgId"] == "4363689963896700987"


@given(st.binary(max_size=300))
@settings(max_examples=50)
def test_what_is_sealed_opens_again(message: bytes) -> None:
    assert OURS.open(OURS.seal(message)) == message


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=200))
@settings(max_examples=50)
def test_another_implementation_reads_ours_and_we_read_its(message: str) -> None:
    assert THEIRS.decrypt(OURS.seal(message.encode()), APP_ID) == message
    assert OURS.open(THEIRS.encrypt(message, APP_ID).decode()) == message.encode()


def test_a_fixed_salt_gives_a_fixed_envelope() -> None:
    assert OURS.seal(b"hello", b"0123456789abcdef") == OURS.seal(b"hello", b"0123456789abcdef")
    assert OURS.seal(b"hello") != OURS.seal(b"hello")


def test_the_key_before_is_taken_while_it_is_replaced() -> None:
    old, new = OURS, Envelope.of(APP_ID, OTHER_KEY)

    assert opened([new, old], old.seal(b"<xml/>")) == (b"<xml/>", old)
    assert opened([new, old], new.seal(b"<xml/>")) == (b"<xml/>", new)
    with pytest.raises(UnopenableError):
        opened([new], old.seal(b"<xml/>"))
    with pytest.raises(UnopenableError, match="AES_KEY"):
        opened([], old.seal(b"<xml/>"))


def test_an_envelope_for_another_account_is_refused() -> None:
    with pytest.raises(UnopenableError, match="another account"):
        OURS.open(Envelope("wxother", OURS.key).seal(b"<xml/>"))


@given(st.binary(max_size=128))
def test_noise_does_not_open(noise: bytes) -> None:
    for text in (b64encode(noise).decode(), noise.decode("latin1")):
        with pytest.raises(UnopenableError):
            OURS.open(text)


@given(st.integers(0, 2000), st.integers(1, 255))
def test_a_changed_byte_never_yields_another_account_or_a_crash(position: int, change: int) -> None:
    sealed = bytearray(b64decode(OURS.seal(b"<xml><Content>8000</Content></xml>" * 8)))
    sealed[position % len(sealed)] ^= change
    with suppress(UnopenableError):  # or it is garbled, which the signature keeps out
        OURS.open(b64encode(bytes(sealed)).decode())


@given(st.integers(0, 400))
def test_a_truncated_envelope_does_not_open(length: int) -> None:
    sealed = OURS.seal(b"<xml><Content>8000</Content></xml>" * 6)
    with pytest.raises(UnopenableError):
        OURS.open(sealed[: length % len(sealed)])


@pytest.mark.parametrize("key", ["", "short", AES_KEY + "x", AES_KEY[:-1] + "!", "密" * 43])
def test_what_is_no_key_is_said_at_start(key: str) -> None:
    with pytest.raises(SettingsError, match="43"):
        Envelope.of(APP_ID, key)
