"""A client's address, believed from a configured proxy only."""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from starlette.requests import Request

_Address = IPv4Address | IPv6Address
_Network = IPv4Network | IPv6Network
# What one household or one attacker has of IPv6 is a whole network of this size (RFC 6177).
_ONE_CLIENT = 64


def client_address(request: Request, trusted: str) -> str:
    """Return who asks: the connection's address, or what a trusted proxy says it was.

    The last address that no trusted proxy wrote counts; whatever a client adds before is ignored.
    Of an IPv6 address its network stands for the client, which may change the rest at will.
    """
    peer = request.client.host if request.client else ""
    networks = _networks(trusted)
    # A proxy may add a line of its own under the one that the client sent.
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    hops = [hop.strip() for hop in (*forwarded.split(","), peer)]
    for hop in reversed([hop for hop in hops if hop]):
        address = _read(hop)
        if address is None:
            return peer
        if not any(address in network for network in networks):
            return _client(address)
    return peer


def is_trusted(peer: str, trusted: str) -> bool:
    """Tell whether a connection comes from a trusted proxy."""
    address = _read(peer)
    return address is not None and any(address in network for network in _networks(trusted))


def _networks(trusted: str) -> list[_Network]:
    return [ip_network(part.strip(), strict=False) for part in trusted.split(",") if part.strip()]


def _read(hop: str) -> _Address | None:
    try:
        address = ip_address(hop)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _client(address: _Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network(f"{address}/{_ONE_CLIENT}", strict=False))
