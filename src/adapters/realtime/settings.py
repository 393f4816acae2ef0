"""What an operator can set about the Socket.IO interface."""

from attrs import frozen


@frozen
class RealtimeSettings:
    """The limits and intervals of sockets; seconds and bytes throughout."""

    polling: bool = True
    """Whether long-polling is offered beside WebSocket. Only for one process, or behind a sticky proxy."""
    cors_origins: frozenset[str] = frozenset()
    """Other origins whose pages may connect: exact, such as ``https://app.example``. Ours always may."""
    packet_limit: int = 64 * 1024
    """Bytes of a packet that a client sends."""
    backlog_limit: int = 256 * 1024
    """Bytes that may wait for a client that does not read; beyond, it is disconnected and can come back."""
    events_per_second: int = 20
    """Packets of one socket; short bursts may use a second's worth at once."""
    sockets_per_account: int = 10
    """Sockets of one account in one process; one more is refused, those that are open stay."""
    rooms_per_socket: int = 50
    """Things that one socket may watch at the same time."""
    entry_seconds: float = 10
    """How long a client may stay without having been let in."""
    event_seconds: float = 10
    """How long the handling of one client event may take."""
    ping_seconds: float = 25
    """How often a silent client is asked whether it is there."""
    pong_seconds: float = 20
    """How long it may take to answer."""
    recheck_seconds: float = 10
    """How often all sockets are checked against the state of their sessions, woken or not."""
    sweep_seconds: float = 10
    """How often the durable events of all accounts are looked for, woken or not."""
    outage_seconds: float = 1
    """The same while wake-ups of other processes cannot arrive."""
    farewell_seconds: float = 2
    """Over how long the closing of sockets is spread at shutdown, so that they do not return all at once."""
