"""The socket that the pages are served on, bound before anything else so that a taken port is said in one sentence."""

import socket

from bot.errors import SettingsError
from bot.settings import Settings

BACKLOG = 2048
"""Connections that may wait to be accepted."""


def listen(settings: Settings) -> socket.socket:
    """A listening socket on HOST and PORT; raises SettingsError where that is not to be had.

    Made with the TCP protocol named: asyncio switches Nagle's delay off only where it sees it.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        bound.listen(BACKLOG)
        bound.setblocking(False)
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}); "
            "set HURENTONG_PORT or HURENTONG_HOST, or stop what uses it"
        ) from error
    return bound
