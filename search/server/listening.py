"""Opens the sockets that the server listens on."""

import errno
import os
import socket
from collections.abc import Sequence

from wherein.search.server.shared_socket import SharedSocket
from wherein.search.settings import SettingsError

_BACKLOG = 1024
"""The number of connections that the system holds until a process accepts them."""

_MISSING_ADDRESS = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
"""The errors for an address that this machine does not have, for example with IPv6 switched off."""


def listen(host: str, port: int) -> list[SharedSocket]:
    """Listen on every address of a host name that this machine has.

    Args:
        host: A name or an address, IPv4 or IPv6, without square brackets.
        port: The port; 0 lets the system choose a free port.

    Returns:
        One socket for each address, all with the same port.

    Raises:
        SettingsError: The server cannot listen there.
    """
    sockets: list[SharedSocket] = []
    missing: OSError | None = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, _, _, _, address in dict.fromkeys(found):
            chosen = port or (sockets[0].getsockname()[1] if sockets else 0)
            try:
                sockets.append(_bind(family, (address[0], chosen, *address[2:])))
            except OSError as error:
                if error.errno not in _MISSING_ADDRESS:
                    raise
                missing = missing or error
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        _close(sockets)
        raise _cannot_listen(host, port, error) from error
    if not sockets:
        raise _cannot_listen(host, port, missing) from missing
    return sockets


def _bind(family: socket.AddressFamily, address: tuple[object, ...]) -> SharedSocket:
    listening = SharedSocket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # on Windows this option would let two programs share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError:
        listening.close()
        raise
    return listening


def _close(sockets: Sequence[socket.socket]) -> None:
    for listening in sockets:
        listening.close()


def _cannot_listen(host: str, port: int, error: Exception | None) -> SettingsError:
    reason = getattr(error, "strerror", None) or error
    return SettingsError(
        f"Cannot serve on {host} port {port}: {reason}. "
        "Choose another address with --port or --host."
    )
