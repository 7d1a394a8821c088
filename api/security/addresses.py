"""A client's address, believed from a configured proxy only."""

from ipaddress import ip_address, ip_network

from starlette.requests import Request


def client_address(request: Request, trusted: str) -> str:
    """Return the address that asked: the connection's, or what a trusted proxy says it was.

    The last address that no trusted proxy wrote counts; whatever a client adds before is ignored.
    """
    peer = request.client.host if request.client else ""
    networks = [
        ip_network(part.strip(), strict=False) for part in trusted.split(",") if part.strip()
    ]
    hops = [*request.headers.get("x-forwarded-for", "").split(","), peer]
    for hop in reversed([each.strip() for each in hops if each.strip()]):
        try:
            address = ip_address(hop)
        except ValueError:
            return peer
        if not any(address in network for network in networks):
            return str(address)
    return peer
