"""A client's address: the connection's own, or what a trusted proxy says."""

import pytest
from starlette.requests import Request

from api.security.addresses import client_address

PROXIES = "10.0.0.0/8, 192.168.1.1, fd00::/8"


def request(peer: str, *forwarded: str) -> Request:
    """Return a request from an address, with these lines of X-Forwarded-For."""
    return Request(
        {
            "type": "http",
            "client": (peer, 1234),
            "headers": [(b"x-forwarded-for", line.encode("latin-1")) for line in forwarded],
        }
    )


@pytest.mark.parametrize(
    ("peer", "forwarded", "told"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        # Nobody but a trusted proxy is believed.
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("203.0.113.9", ("10.0.0.1",), "203.0.113.9"),
        ("10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        # What a client adds stands before what the proxy wrote, in one line or in its own.
        ("10.0.0.1", ("1.1.1.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.1", ("1.1.1.1", "198.51.100.1"), "198.51.100.1"),
        ("10.0.0.1", ("198.51.100.1, 10.0.0.7, 192.168.1.1",), "198.51.100.1"),
        ("10.0.0.1", ("10.9.9.9, 198.51.100.1",), "198.51.100.1"),
        # What is no address is not believed at all.
        ("10.0.0.1", ("nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("198.51.100.1:4711",), "10.0.0.1"),
        ("10.0.0.1", ("", " , "), "10.0.0.1"),
        ("10.0.0.1", (), "10.0.0.1"),
        ("testclient", (), "testclient"),
        # IPv4 in the clothes of IPv6 is the same address, of a client and of a proxy.
        ("::ffff:203.0.113.9", (), "203.0.113.9"),
        ("::ffff:10.0.0.1", ("198.51.100.1",), "198.51.100.1"),
        # One household has a network of IPv6 addresses: it is one client.
        ("2001:db8:1:2:3:4:5:6", (), "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", (), "2001:db8:1:2::/64"),
        ("fd00::1", ("2001:db8:1:2:3:4:5:6",), "2001:db8:1:2::/64"),
    ],
)
def test_the_last_address_that_no_trusted_proxy_wrote_counts(
    peer: str, forwarded: tuple[str, ...], told: str
) -> None:
    assert client_address(request(peer, *forwarded), PROXIES) == told


def test_without_proxies_nothing_is_believed() -> None:
    assert client_address(request("10.0.0.1", "198.51.100.1"), "") == "10.0.0.1"


def test_a_connection_without_an_address_has_none() -> None:
    nobody = Request({"type": "http", "client": None, "headers": []})
    assert client_address(nobody, PROXIES) == ""
