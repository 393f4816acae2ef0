"""What an operator can set about the HTTP interface."""

from urllib.parse import urlsplit

from attrs import frozen

from platform_core.shared.limits import Rate

ANONYMOUS_RATE = Rate("anonymous", 300, 60)


@frozen
class HttpSettings:
    """The HTTP interface's settings; the defaults are those of a trial on one machine."""

    public_url: str = "http://127.0.0.1:8000"
    """Where browsers find this server; its origin is ours. With ``http`` the cookie loses its prefix."""
    public_reads: bool = True
    """Whether public things are readable without a session."""
    cors_origins: frozenset[str] = frozenset()
    """Other origins whose pages may call the API, also with a cookie: exact, such as ``https://app.example``."""
    trusted_proxies: tuple[str, ...] = ()
    """Networks whose ``X-Forwarded-For`` is believed; ``unix`` stands for connections over a local socket."""
    hsts_seconds: int = 0
    """How long browsers shall insist on HTTPS; 0 says nothing."""
    body_limit: int = 256 * 1024
    """Bytes of a JSON body."""
    body_seconds: float = 30
    """How long a body may take to arrive."""
    head_seconds: float = 15
    """How long the head of a request may take to arrive."""
    keepalive_seconds: float = 75
    """How long an idle connection is kept."""
    anonymous_rate: Rate = ANONYMOUS_RATE
    """How often one address may read what is public without a session."""

    @property
    def secure(self) -> bool:
        """Whether browsers come over HTTPS, so that cookies carry ``Secure`` and the ``__Host-`` prefix."""
        return self.public_url.startswith("https:")

    @property
    def origin(self) -> str:
        """The origin of ``public_url``: scheme, host and port."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"
