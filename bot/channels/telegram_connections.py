"""Connections to a Bot API server: HTTP/1.1 with keep-alive, knowing of each request whether it left.

httpx and aiohttp cannot tell a request that was never written from one that was written and never answered
where a kept connection breaks; the outbox depends on just that. httptools reads the answers; what stands here are the
sockets. (It also costs less than a seventh of httpx: docs/decisions/telegram-client.md.)
"""

import asyncio
import re
import ssl
from base64 import b64encode
from collections import deque
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httptools

from bot.errors import SettingsError
from domain.errors import HurentongError

_READ_BYTES = 65_536
_TARGET = re.compile(r"[\x21-\x7e]+")
_CONNECT_SECONDS = 10.0
_IDLE_SECONDS = 50.0
"""A kept connection older than this is not used again: the server closes idle ones after about a minute (nginx'
default is 75 s), and a request written just then could not be told from one that was lost."""


class NotWrittenError(HurentongError):
    """No byte of the request left: it may be tried again."""


class NoAnswerError(HurentongError):
    """The request left, in part or in whole, and no answer came."""


class BrokenAnswerError(HurentongError):
    """What came back is no whole answer."""


class TooLongError(HurentongError):
    """The answer's body is longer than was asked for."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer."""

    status: int
    body: bytes


class _Reading:
    """One answer as httptools tells of it."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self.body = bytearray()
        self.status = 0
        self.complete = False
        self.keeps = False
        """Whether the server keeps the connection."""
        self._framed = False

    def feed(self, data: bytes) -> None:
        """More of it; nothing: the server has closed. Raises BrokenAnswerError."""
        if self.complete:
            raise BrokenAnswerError("more than the answer")
        if not data:
            if not self.status or self._framed:
                raise BrokenAnswerError("closed before the answer")
            self.complete = True  # without a length the end is where the connection ends
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            raise BrokenAnswerError(f"not HTTP: {error}") from error

    def on_header(self, name: bytes, _: bytes) -> None:
        """A length, or pieces that say where they end."""
        self._framed = self._framed or name.lower() in (b"content-length", b"transfer-encoding")

    def on_headers_complete(self) -> None:
        """The status is known."""
        if self.complete:
            raise BrokenAnswerError("more than the answer")
        self.status = self._parser.get_status_code()

    def on_body(self, body: bytes) -> None:
        """A piece."""
        self.body += body

    def on_message_complete(self) -> None:
        """The end, unless this was only a note on the way (100 to 199)."""
        if self.status >= HTTPStatus.OK:
            self.keeps = self._parser.should_keep_alive()
            self.complete = True
        else:
            self.status, self._framed = 0, False


class _Connection:
    """One socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._keeps = False
        self.used_at = asyncio.get_running_loop().time()

    @property
    def usable(self) -> bool:
        """Whether another request may go out on it."""
        fresh = asyncio.get_running_loop().time() - self.used_at < _IDLE_SECONDS
        return fresh and not self._reader.at_eof() and not self._writer.is_closing()

    def write(self, request: bytes) -> None:
        self._keeps = False
        self._writer.write(request)

    async def answer(self, limit: int) -> Answer:
        """The answer to what was written; raises OSError, BrokenAnswerError, TooLongError."""
        await self._writer.drain()
        reading = _Reading()
        while not reading.complete:
            reading.feed(await self._reader.read(_READ_BYTES))
            if len(reading.body) > limit:
                raise TooLongError(f"an answer of more than {limit} bytes")
        self._keeps = reading.keeps
        return Answer(reading.status, bytes(reading.body))

    def recycle(self) -> bool:
        """Ready for the next request; False where the server wants it closed."""
        self.used_at = asyncio.get_running_loop().time()
        return self._keeps

    def close(self) -> None:
        self._writer.close()


class Connections:
    """All connections to one server, at most `size` at a time; goes through HTTPS_PROXY where that is set."""

    def __init__(self, server: str, *, size: int = 32) -> None:
        self._server: SplitResult = urlsplit(server)
        self._secure = self._server.scheme == "https"
        self._host = self._server.hostname or ""
        self._named = self._server.netloc.rpartition("@")[2]
        self._port = self._server.port or (443 if self._secure else 80)
        self._tls = ssl.create_default_context() if self._secure else None
        self._proxy = _proxy(self._host) if self._secure else None
        self._idle: deque[_Connection] = deque()
        self._slots = asyncio.Semaphore(size)
        self.trouble = ""
        """Why the last request came to nothing; '' where it was answered, or none was made yet."""

    async def request(
        self, target: str, *, body: bytes = b"", content_type: str = "", seconds: float, limit: int
    ) -> Answer:
        """POSTs the body (GETs where there is none) and returns the answer, its body at most `limit` bytes.

        Waits at most `seconds` for the answer. Raises NotWrittenError, NoAnswerError, TooLongError.
        """
        try:
            answer = await self._request(target, body, content_type, seconds=seconds, limit=limit)
        except (NotWrittenError, NoAnswerError) as error:
            self.trouble = "unreachable" if isinstance(error, NotWrittenError) else "no answer"
            raise
        self.trouble = "refused" if answer.status == HTTPStatus.UNAUTHORIZED else ""
        return answer

    async def _request(self, target: str, body: bytes, content_type: str, *, seconds: float, limit: int) -> Answer:
        if not _TARGET.fullmatch(target):
            raise NotWrittenError("the server named a place that cannot be asked for")
        described = f"Content-Type: {content_type}\r\n" if content_type else ""
        head = (
            f"{'POST' if body else 'GET'} {target} HTTP/1.1\r\nHost: {self._named}\r\n"
            f"Content-Length: {len(body)}\r\n{described}\r\n"
        )
        async with self._slots:
            connection = await self._connection()
            keep = False
            try:
                connection.write(head.encode("ascii") + body)
                async with asyncio.timeout(seconds):
                    answer = await connection.answer(limit)
                keep = connection.recycle()
            except TimeoutError as error:
                raise NoAnswerError(f"no answer within {seconds:g} s") from error
            except (OSError, BrokenAnswerError) as error:
                raise NoAnswerError(f"connection broke: {error}") from error
            finally:
                if keep:
                    self._idle.append(connection)
                else:
                    connection.close()
            return answer

    async def close(self) -> None:
        """Closes the kept connections."""
        while self._idle:
            self._idle.pop().close()
        await asyncio.sleep(0)  # the loop closes sockets at its next turn

    async def _connection(self) -> _Connection:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
            connection.close()
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                return _Connection(*await self._open())
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            raise NotWrittenError(f"no connection to {self._host}: {error or 'timed out'}") from error

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._proxy is None:
            return await asyncio.open_connection(self._host, self._port, ssl=self._tls)
        reader, writer = await asyncio.open_connection(self._proxy.hostname, self._proxy.port or 80)
        try:
            await self._tunnel(reader, writer, self._proxy)
        except BaseException:
            writer.close()
            raise
        return reader, writer

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, proxy: SplitResult) -> None:
        target = f"{self._host}:{self._port}"
        login = ""
        if proxy.username:
            pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
            login = f"Proxy-Authorization: Basic {b64encode(pair.encode()).decode()}\r\n"
        writer.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{login}\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        status = head.split(None, 2)[1:2]
        if status != [str(HTTPStatus.OK.value).encode()]:
            raise ConnectionError(f"the proxy {proxy.hostname} answered {head.splitlines()[0].decode('latin1')}")
        assert self._tls is not None  # noqa: S101 - only secure servers go through the proxy
        await writer.start_tls(self._tls, server_hostname=self._host)


def _proxy(host: str) -> SplitResult | None:
    proxy = getproxies().get("https", "")
    if not proxy or proxy_bypass(host):
        return None
    parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    if parts.scheme != "http" or not parts.hostname:
        raise SettingsError("HTTPS_PROXY must be an HTTP proxy, http://host:port")
    return parts
