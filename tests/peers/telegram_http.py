"""A bare HTTP/1.1 client whose every step can be cut off, as webhook delivery needs it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urlsplit

import h11


class ConnectionLostError(Exception):
    """No answer: the connection could not be opened, or closed too early, or nothing came in time."""

    def __init__(self, reason: str = "Webhook connection closed") -> None:
        super().__init__(reason)


@dataclass(slots=True, frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    reason: str
    headers: dict[str, str]
    body: bytes
    keep_alive: bool

    @property
    def content_type(self) -> str:
        """Empty if not given."""
        return self.headers.get("content-type", "")

    @property
    def retry_after(self) -> int:
        """Whole seconds; 0 if not given or a date."""
        value = self.headers.get("retry-after", "")
        return int(value) if value.isdigit() else 0


class Connection:
    """One connection to the host of a URL."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._protocol = h11.Connection(h11.CLIENT)
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    @property
    def is_open(self) -> bool:
        """Whether the other side has not closed it meanwhile."""
        return self._reader is not None and not self._reader.at_eof()

    def close(self) -> None:
        """Close it at once, whatever is under way."""
        if self._writer is not None:
            self._writer.transport.abort()

    async def post(self, body: bytes, headers: dict[str, str]) -> None:
        """Write a whole POST request."""
        target = (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")
        try:
            if self._writer is None:
                secure = self._url.scheme == "https"
                port = self._url.port or (443 if secure else 80)
                host = self._url.hostname or ""
                self._reader, self._writer = await asyncio.open_connection(host, port, ssl=True if secure else None)
            fields = [("Host", self._url.netloc), ("Content-Length", str(len(body))), *headers.items()]
            request = h11.Request(method="POST", target=target, headers=fields)
            for event in (request, h11.Data(data=body), h11.EndOfMessage()):
                self._writer.write(self._protocol.send(event) or b"")
            await self._writer.drain()
        except OSError as error:
            raise ConnectionLostError(f"Connection refused: {error}") from error

    async def answer(self, timeout: float) -> Answer:  # noqa: ASYNC109 - real seconds, part of what is emulated
        """Read the answer to the last request."""
        try:
            async with asyncio.timeout(timeout):
                return await self._read()
        except TimeoutError as error:
            raise ConnectionLostError("Read timeout expired") from error
        except (OSError, h11.ProtocolError) as error:
            raise ConnectionLostError from error

    async def _read(self) -> Answer:
        if self._reader is None:
            raise ConnectionLostError
        response: h11.Response | None = None
        body = bytearray()
        while True:
            event = self._protocol.next_event()
            if event is h11.NEED_DATA:
                self._protocol.receive_data(await self._reader.read(65_536))
            elif isinstance(event, h11.Response):
                response = event
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage) and response is not None:
                break
            elif isinstance(event, h11.ConnectionClosed):
                raise ConnectionLostError
        keep_alive = self._protocol.our_state is h11.DONE and self._protocol.their_state is h11.DONE
        if keep_alive:
            self._protocol.start_next_cycle()
        headers = {name.decode().lower(): value.decode(errors="replace") for name, value in response.headers}
        return Answer(response.status_code, response.reason.decode(), headers, bytes(body), keep_alive)
