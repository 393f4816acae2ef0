"""Where a request comes from, and what stands for that address in a rate limit."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aiohttp import web

UNIX = "unix"
"""Stands for a connection over a local socket, where there is no address."""


class ClientAddress:
    """Tells the address of the client, through the proxies that the operator trusts."""

    def __init__(self, trusted: tuple[str, ...]) -> None:
        self._unix = UNIX in trusted
        self._networks: tuple[IPv4Network | IPv6Network, ...] = tuple(
            ip_network(network) for network in trusted if network != UNIX
        )

    def __call__(self, request: web.Request) -> str:
        """Return the address; a forwarded one only as far as trusted proxies vouch for it."""
        address = request.remote or UNIX
        if self._networks or self._unix:
            return self._through_proxies(address, request.headers.getall("X-Forwarded-For", []))
        return address

    def _through_proxies(self, address: str, forwarded: list[str]) -> str:
        # Each proxy appends whom it was called by: from the right, the first that is not ours is the client.
        hops = [hop.strip() for line in forwarded for hop in line.split(",")]
        while hops and self._trusts(address):
            known = _parse(hops.pop())
            if known is None:
                break
            address = str(known)
        return address

    def _trusts(self, address: str) -> bool:
        if address == UNIX:
            return self._unix
        known = _parse(address)
        return known is not None and any(known in network for network in self._networks)


def address_key(address: str) -> str:
    """Return what an address is counted under: itself, for IPv6 its /64, of which one household has all."""
    if ":" not in address:
        return address
    known = _parse(address)
    if not isinstance(known, IPv6Address):
        return str(known or address)
    return str(IPv6Network((int(known) >> 64 << 64, 64)))


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        # A zone (``fe80::1%eth0``) says which wire, not who.
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return (known.ipv4_mapped or known) if isinstance(known, IPv6Address) else known
