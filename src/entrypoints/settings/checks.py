"""What does not go together is refused at start, with the setting that has to be changed."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from entrypoints.settings.options import SettingsError
from entrypoints.settings.tree import MailTransport, Settings

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_DATABASES = ("sqlite", "postgresql", "postgres")
_LEAST_SECRET = 32


def refuse_what_does_not_go_together(settings: Settings) -> list[str]:
    """Return what should be looked at. Raises ``SettingsError`` for what cannot work or must not be."""
    _check_addresses(settings)
    _check_processes(settings)
    if settings.secret and len(settings.secret) < _LEAST_SECRET:
        raise SettingsError(f"FOOTLIGHTS_SECRET must have at least {_LEAST_SECRET} characters")
    if settings.production:
        _check_production(settings)
    return list(_remarks(settings))


def _check_addresses(settings: Settings) -> None:
    scheme = settings.database_url.partition(":")[0].partition("+")[0]
    if scheme not in _DATABASES:
        raise SettingsError("FOOTLIGHTS_DATABASE_URL must begin with sqlite:/// or postgresql://")
    if settings.valkey.url and urlsplit(settings.valkey.url).scheme not in ("redis", "rediss", "unix"):
        raise SettingsError("FOOTLIGHTS_VALKEY_URL must begin with redis://, rediss:// or unix://")
    public = urlsplit(settings.public_url)
    if public.scheme not in ("http", "https") or not public.hostname or public.path or public.query:
        raise SettingsError("FOOTLIGHTS_PUBLIC_URL must be http:// or https:// and a host, without a path")
    for origin in settings.http.cors_origins:
        parts = urlsplit(origin)
        if f"{parts.scheme}://{parts.netloc}" != origin or not parts.netloc:
            raise SettingsError(
                f"FOOTLIGHTS_CORS_ORIGINS: {origin!r} is not an origin such as https://app.example"
            )


def _check_processes(settings: Settings) -> None:
    apart = "" if settings.worker.here else "a worker of its own"
    many = f"{settings.server.workers} web processes" if settings.server.workers > 1 else apart
    if many and not settings.several:
        missing = (
            "PostgreSQL (FOOTLIGHTS_DATABASE_URL)" if settings.embedded else "Valkey (FOOTLIGHTS_VALKEY_URL)"
        )
        raise SettingsError(f"{many}: several processes need PostgreSQL and Valkey; {missing} is missing")


def _check_production(settings: Settings) -> None:
    if settings.clock_file is not None:
        raise SettingsError("FOOTLIGHTS_CLOCK_FILE is for trials and refused in production")
    if settings.demo:
        raise SettingsError("demo content has known passwords and is refused in production")
    if settings.several and not settings.secret:
        raise SettingsError("FOOTLIGHTS_SECRET must be set: in production all processes share it")
    public = urlsplit(settings.public_url)
    if public.scheme != "https" and public.hostname not in _LOOPBACK:
        raise SettingsError("FOOTLIGHTS_PUBLIC_URL must begin with https:// in production")


def _remarks(settings: Settings) -> Iterator[str]:
    if settings.production and settings.mail.transport is MailTransport.SPOOL:
        yield "mail is written to the data folder and not sent: set FOOTLIGHTS_MAIL_TRANSPORT=smtp"
    if settings.production and not settings.public_url.startswith("https:"):
        yield "browsers come over plain HTTP: cookies are not protected; set FOOTLIGHTS_PUBLIC_URL"
    if settings.clock_file is not None:
        yield f"the clock is shifted by {settings.clock_file}"
