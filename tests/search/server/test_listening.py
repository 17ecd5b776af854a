"""The sockets of a server: names with several addresses, ports that the system chooses, errors."""

import socket

import pytest

from wherein.search.server.listening import listen
from wherein.search.settings import SettingsError

Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[object, ...]]


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Make each host name mean these addresses."""
    resolve = socket.getaddrinfo

    def resolve_all(_host: str, port: int, **options: object) -> list[object]:
        return [found for a in addresses for found in resolve(a, port, **options)]  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve_all)


def test_the_system_chooses_a_free_port_for_port_0() -> None:
    (listening,) = listen("127.0.0.1", 0)
    with listening:
        host, port = listening.getsockname()
        assert host == "127.0.0.1"
        assert port > 0
        socket.create_connection((host, port), timeout=60).close()


@pytest.mark.skipif(not has_ipv6(), reason="this system has no IPv6")
def test_all_addresses_of_a_name_get_the_same_port(monkeypatch: pytest.MonkeyPatch) -> None:
    resolve_to(monkeypatch, "127.0.0.1", "::1")
    sockets = listen("localhost", 0)
    assert {s.family for s in sockets} == {socket.AF_INET, socket.AF_INET6}
    assert len({s.getsockname()[1] for s in sockets}) == 1
    for listening in sockets:
        listening.close()


def test_addresses_that_this_machine_does_not_have_are_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    resolve_to(monkeypatch, "192.0.2.1", "127.0.0.1")
    (listening,) = listen("a-name", 0)
    with listening:
        assert listening.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize("host", ["192.0.2.1", "no\0name", "a" * 300])
def test_an_address_that_cannot_be_had_is_an_error_with_its_remedy(host: str) -> None:
    with pytest.raises(SettingsError, match=r"^Cannot serve on .* port 8000: .*--port or --host"):
        listen(host, 8000)


def test_a_port_that_is_taken_is_an_error_with_its_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"127.0.0.1 port {port}: Address already in use"):
            listen("127.0.0.1", port)
