"""A wire between browser and program that counts every byte, headers and all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit


class Wire:
    """Listens on a port of its own and passes everything on; `received` counts what came back to the browser."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.received = 0
        self.sent = 0

    def cut(self) -> tuple[int, int]:
        """Bytes received and sent since the last cut."""
        counted, self.received, self.sent = (self.received, self.sent), 0, 0
        return counted


@asynccontextmanager
async def wire_to(address: str) -> AsyncIterator[Wire]:
    target = urlsplit(address)
    wire: Wire

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(target.hostname, target.port)

        async def carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, back: bool) -> None:
            with suppress(ConnectionError):
                while piece := await source.read(65536):
                    if back:
                        wire.received += len(piece)
                    else:
                        wire.sent += len(piece)
                    sink.write(piece)
                    await sink.drain()
            sink.close()

        await asyncio.gather(carry(reader, back, back=False), carry(there, writer, back=True))

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    wire = Wire(server.sockets[0].getsockname()[1])
    try:
        yield wire
    finally:
        server.close()
