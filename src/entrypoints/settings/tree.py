"""The tree of settings, with the words that ``footlights doctor`` and the documentation show."""

from enum import StrEnum
from pathlib import Path

from attrs import frozen

from entrypoints.settings.options import option, section
from platform_core.accounts.model.credentials_registering import RegistrationMode
from platform_core.shared.limits import Rate


class Environment(StrEnum):
    """What the program is used for."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class MailTransport(StrEnum):
    """How mail leaves."""

    SPOOL = "spool"
    SMTP = "smtp"


class SmtpSecurity(StrEnum):
    """How the connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class LogFormat(StrEnum):
    """How a log line looks."""

    AUTO = "auto"
    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    """From which weight on things are logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class AccessLines(StrEnum):
    """Which requests get a line in the log."""

    ALL = "all"
    ERRORS = "errors"
    NONE = "none"


@frozen
class ServerSettings:
    """Where the web processes listen."""

    host: str = option("127.0.0.1", "The address to listen on; 0.0.0.0 for every one of the machine.")
    port: int = option(8080, "The port to listen on; 0 takes a free one.", least=0, most=65_535)
    workers: int = option(1, "Web processes on one port; several need PostgreSQL and Valkey.", least=1)
    drain_seconds: float = option(
        0, "How long readiness says no before connections are refused, so that a proxy notices.", least=0
    )
    shutdown_seconds: float = option(10, "How long what runs may take to finish at a stop.", least=1)


@frozen
class DatabaseSettings:
    """Where the data are."""

    url: str = option("", "postgresql://user:password@host/name or sqlite:///path; empty: embedded.")
    pool_size: int = option(10, "Connections of a process for reading, and as many for writing.", least=1)


@frozen
class ValkeySettings:
    """What carries wake-ups and counts rates between processes."""

    url: str = option("", "redis://host:6379/0; empty: everything in one process.")


@frozen
class AccountsSettings:
    """Who may register, and what is asked of them."""

    registration: RegistrationMode = option(RegistrationMode.OPEN, "open, approval, invitation or closed.")
    minimum_age: int = option(0, "Years; above 0 a birth date is asked for.", least=0, most=120)
    verified_email: bool = option(False, "Whether an e-mail address has to be verified before publishing.")


@frozen
class SessionSettings:
    """How long a session lasts."""

    browser_days: int = option(30, "The longest life of a browser's session.", least=1)
    browser_idle_days: int = option(14, "A browser's session ends when it was not used for so long.", least=1)
    app_idle_days: int = option(90, "An app's session ends when it was not used for so long.", least=1)


@frozen
class LimitsSettings:
    """How often things may be done: an amount per time, such as 60/1h."""

    anonymous: Rate = option(Rate("anonymous", 300, 60), "Reads without a session, by address.")
    publishing: Rate = option(Rate("publishing", 60, 3_600), "New posts of an account.")
    registering: Rate = option(Rate("registering", 500, 3_600), "Registrations, by address.")
    letters: Rate = option(Rate("letters", 10, 3_600), "Letters that an account or address may ask for.")
    failures: Rate = option(Rate("failures", 5, 1_800), "Wrong passwords and codes of an account.")
    failures_address: Rate = option(Rate("failures_address", 25, 300), "The same, by address.")


@frozen
class HttpSettings:
    """The HTTP interface."""

    public_url: str = option("", "Where browsers find this server; empty: the address that it listens on.")
    public_reads: bool = option(True, "Whether public things are readable without a session.")
    cors_origins: frozenset[str] = option(
        frozenset(), "Other origins whose pages may call the interface: exact, such as https://app.example."
    )
    trusted_proxies: tuple[str, ...] = option((), "Networks whose X-Forwarded-For is believed.")
    hsts_seconds: int = option(0, "How long browsers shall insist on HTTPS; 0 says nothing.", least=0)
    body_limit: int = option(256 * 1024, "Bytes of a JSON body.", least=1_024)


@frozen
class RealtimeSettings:
    """The Socket.IO interface."""

    polling: bool = option(
        False, "Whether several web processes offer long-polling, too: only behind a sticky proxy."
    )
    sockets_per_account: int = option(10, "Sockets of one account in one process.", least=1)
    events_per_second: int = option(20, "Events that one socket may send in a second.", least=1)
    kept_hours: int = option(24, "How long clients can catch up on what they missed.", least=1)


@frozen
class MailSettings:
    """How mail leaves."""

    transport: MailTransport = option(MailTransport.SPOOL, "spool: files in the data folder; smtp: sent.")
    sender: str = option("Footlights <no-reply@localhost>", "Whom mail comes from.")
    link_url: str = option("", "The page of a client that follows the links of letters; empty: our own.")
    host: str = option("localhost", "The mail server.")
    port: int = option(587, "Its port.", least=1, most=65_535)
    security: SmtpSecurity = option(SmtpSecurity.STARTTLS, "starttls, tls or none.")
    user: str = option("", "The account at the mail server.")
    password: str = option("", "Its password.", secret=True)


@frozen
class FeedSettings:
    """Home feeds."""

    written_followers: int = option(
        5_000, "Authors with more followers are pulled when feeds are read, not written in advance.", least=1
    )
    announced_followers: int = option(5_000, "Followers who are told of a new post by socket.", least=0)


@frozen
class WorkerSettings:
    """The background work."""

    here: bool = option(True, "Whether `serve` runs it as well; otherwise `footlights worker` has to.")
    sweep_seconds: float = option(60, "How often what has expired is cleared away.", least=0.1)


@frozen
class LogSettings:
    """What is logged, and how."""

    level: LogLevel = option(LogLevel.INFO, "debug, info, warning or error.")
    format: LogFormat = option(LogFormat.AUTO, "json or console; auto: console on a terminal.")
    access: AccessLines = option(AccessLines.ERRORS, "Requests with a line: all, errors (from 400 on), none.")


@frozen
class Settings:
    """Everything that an operator can set."""

    env: Environment = option(Environment.DEVELOPMENT, "production refuses what is only fit for trials.")
    name: str = option("Footlights", "What this server is called.")
    data: Path = option(Path("footlights-data"), "The folder of the embedded database, files and the secret.")
    secret: str = option("", "Seals cursors; empty: made once, in the data folder.", secret=True)
    clock_file: Path | None = option(None, "A file with seconds to add to the clock. For trials only.")
    demo: bool = option(False, "Fill an empty database with demo content. For trials only.")
    server: ServerSettings = section(ServerSettings, "Where the web processes listen.")
    database: DatabaseSettings = section(DatabaseSettings, "Where the data are.", prefix="DATABASE_")
    valkey: ValkeySettings = section(ValkeySettings, "What processes talk through.", prefix="VALKEY_")
    accounts: AccountsSettings = section(AccountsSettings, "Who may register.")
    sessions: SessionSettings = section(SessionSettings, "How long sessions last.", prefix="SESSION_")
    limits: LimitsSettings = section(LimitsSettings, "How often things may be done.", prefix="LIMIT_")
    http: HttpSettings = section(HttpSettings, "The HTTP interface.")
    realtime: RealtimeSettings = section(RealtimeSettings, "The Socket.IO interface.", prefix="REALTIME_")
    mail: MailSettings = section(MailSettings, "How mail leaves.", prefix="MAIL_")
    feeds: FeedSettings = section(FeedSettings, "Home feeds.", prefix="FEED_")
    worker: WorkerSettings = section(WorkerSettings, "The background work.", prefix="WORKER_")
    log: LogSettings = section(LogSettings, "What is logged.", prefix="LOG_")

    @property
    def production(self) -> bool:
        """Whether strangers use this server."""
        return self.env is Environment.PRODUCTION

    @property
    def database_url(self) -> str:
        """The database's address, the embedded one by default."""
        return self.database.url or f"sqlite:///{self.data / 'footlights.db'}"

    @property
    def embedded(self) -> bool:
        """Whether the database is a SQLite file: then there is one process."""
        return self.database_url.startswith("sqlite")

    @property
    def several(self) -> bool:
        """Whether there may be other processes beside this one."""
        return bool(self.valkey.url) and not self.embedded

    @property
    def public_url(self) -> str:
        """Where browsers find this server."""
        if self.http.public_url:
            return self.http.public_url.rstrip("/")
        host = "127.0.0.1" if self.server.host in ("0.0.0.0", "::", "") else self.server.host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.server.port}"

    @property
    def link_url(self) -> str:
        """The page that the links of letters lead to."""
        return self.mail.link_url or f"{self.public_url}/confirm"

    @property
    def spool(self) -> Path:
        """The folder that mail is written to instead of being sent."""
        return self.data / "mail"
