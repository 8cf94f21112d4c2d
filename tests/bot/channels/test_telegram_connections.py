import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from bot.channels.telegram_connections import Answer, Connections, NoAnswerError, NotWrittenError, TooLongError
from bot.errors import SettingsError

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@asynccontextmanager
async def serving(serve: Serve, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    handling: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        handling.add(task)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await serve(reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in handling:
            task.cancel()
        await asyncio.gather(*handling, return_exceptions=True)


async def received(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    return head + await reader.readexactly(length)


async def ask(connections: Connections, *, seconds: float = 5.0, limit: int = 1_000) -> Answer:
    return await connections.request("/x", body=b"{}", content_type="application/json", seconds=seconds, limit=limit)


def answering(*answers: bytes) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in answers:
            await received(reader)
            writer.write(answer)

    return serve


@asynccontextmanager
async def connected(serve: Serve) -> AsyncIterator[Connections]:
    async with serving(serve) as port:
        connections = Connections(f"http://127.0.0.1:{port}")
        try:
            yield connections
        finally:
            await connections.close()


async def test_a_connection_is_used_again() -> None:
    opened = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal opened
        opened += 1
        while True:
            await received(reader)
            writer.write(OK)

    async with connected(serve) as connections:
        assert [await ask(connections) for _ in range(3)] == [Answer(200, b"ok")] * 3
    assert opened == 1


async def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    async with connected(answering(OK)) as connections:
        await ask(connections)
        await asyncio.sleep(0.05)
        assert await ask(connections) == Answer(200, b"ok")


async def test_no_more_connections_are_open_than_allowed() -> None:
    now = most = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal now, most
        while True:
            await received(reader)
            now, most = now + 1, max(most, now + 1)
            await asyncio.sleep(0.02)
            now -= 1
            writer.write(OK)

    async with serving(serve) as port:
        connections = Connections(f"http://127.0.0.1:{port}", size=2)
        await asyncio.gather(*(ask(connections) for _ in range(6)))
        await connections.close()
    assert most == 2


async def test_answers_may_come_in_chunks_and_in_pieces() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await received(reader)
        for piece in (b"HTTP/1.1 200 OK\r\nTransfer-Enc", b"oding: chunked\r\n\r\n1\r\no\r\n1\r", b"\nk\r\n0\r\n\r\n"):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)

    async with connected(serve) as connections:
        assert await ask(connections) == Answer(200, b"ok")


async def test_where_nobody_listens_nothing_was_written() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        connections = Connections(f"http://127.0.0.1:{free.getsockname()[1]}")
        with pytest.raises(NotWrittenError, match="no connection"):
            await ask(connections)


@pytest.mark.parametrize("half", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", b"nonsense\r\n\r\n"])
async def test_what_left_and_was_not_answered_in_full_is_uncertain(half: bytes) -> None:
    async with connected(answering(half)) as connections:
        with pytest.raises(NoAnswerError, match="connection broke"):
            await ask(connections)


async def test_an_answer_that_does_not_come_in_time_is_uncertain() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with connected(serve) as connections:
        with pytest.raises(NoAnswerError, match=r"within 0\.05 s"):
            await ask(connections, seconds=0.05)


async def test_a_late_answer_is_not_taken_for_the_next() -> None:
    calls = 0

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal calls
        while True:
            await received(reader)
            calls += 1
            if calls == 1:
                await asyncio.sleep(0.1)
            writer.write(OK.replace(b"ok", b"%02d" % calls))

    async with connected(serve) as connections:
        with pytest.raises(NoAnswerError):
            await ask(connections, seconds=0.05)
        assert await ask(connections) == Answer(200, b"02")


async def test_an_answer_longer_than_asked_for_is_not_read_to_its_end() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await received(reader)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with connected(serve) as connections:
        with pytest.raises(TooLongError):
            await ask(connections, limit=100_000)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for localhost with its key, fresh, signed by itself."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415

    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "localhost.pem"
    encoding, layout = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    file.write_bytes(made.public_bytes(encoding) + key.private_bytes(encoding, layout, serialization.NoEncryption()))
    return file


async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    if "Proxy-Authorization: Basic b3A6c0BjcmV0" not in head:
        writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        return
    host, port = head.split()[1].split(":")
    there, onward = await asyncio.open_connection(host, int(port))
    writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")

    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(65_536):
            sink.write(data)
        sink.close()

    await asyncio.gather(pump(reader, onward), pump(there, writer))


@pytest.mark.parametrize(("login", "reached"), [("op:s%40cret@", True), ("", False)])
async def test_a_secure_server_is_reached_through_the_proxy(
    login: str, reached: bool, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    async with serving(proxy) as proxy_port, serving(answering(OK), tls) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{login}127.0.0.1:{proxy_port}")
        connections = Connections(f"https://localhost:{port}")
        if reached:
            assert await ask(connections) == Answer(200, b"ok")
        else:
            with pytest.raises(NotWrittenError, match="407"):
                await ask(connections)
        await connections.close()


async def test_a_certificate_nobody_vouches_for_stops_before_anything_is_written(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    monkeypatch.setenv("NO_PROXY", "localhost")
    async with serving(answering(OK), tls) as port:
        with pytest.raises(NotWrittenError, match="CERTIFICATE"):
            await ask(Connections(f"https://localhost:{port}"))


def test_a_proxy_of_another_kind_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    with pytest.raises(SettingsError, match="HTTPS_PROXY"):
        Connections("https://api.telegram.org")
