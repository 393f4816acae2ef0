"""The rules of profiles: what an account says about itself."""

import re
from datetime import date, datetime
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from attrs import asdict, define, evolve, field, frozen

from platform_core.shared.errors import Invalid, Stale
from platform_core.shared.text import is_name

MAX_DISPLAY_NAME = 100
MAX_BIO = 500
MAX_LINKS = 4
MAX_LABEL = 50
MAX_URL = 500
MAX_ADDRESS = 254
MAX_LOCALE = 35

# The shape of a language tag (RFC 5646, section 2.1), without asking the registry for its parts.
_LOCALE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NO_URL = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]")


def _stripped(text: str | None) -> str | None:
    return None if text is None else text.strip()


@frozen
class Link:
    """A labelled address on a profile; http or https only, since clients make it clickable."""

    label: str
    url: str

    def __attrs_post_init__(self) -> None:
        if len(self.label) > MAX_LABEL or not is_name(self.label):
            raise Invalid.field("links", "label", f"A label is visible text of 1 to {MAX_LABEL} characters.")
        _check_url("links", self.url)


@frozen(kw_only=True)
class ProfileChanges:
    """The parts of a profile to change; ``None`` leaves a part as it is, an empty text clears it."""

    display_name: str | None = field(default=None, converter=_stripped)
    bio: str | None = field(default=None, converter=_stripped)
    website: str | None = None
    links: tuple[Link, ...] | None = None
    locale: str | None = None
    time_zone: str | None = None
    locked: bool | None = None
    payout_address: str | None = None

    def __attrs_post_init__(self) -> None:
        self._check_texts()
        self._check_addresses()
        self._check_places()

    def _check_texts(self) -> None:
        name = self.display_name
        if name is not None and not is_name(name):
            raise Invalid.field("display_name", "required", "A display name is one line of visible text.")
        if name is not None and len(name) > MAX_DISPLAY_NAME:
            raise Invalid.field("display_name", "too_long", f"At most {MAX_DISPLAY_NAME} characters.")
        if self.bio is not None and len(self.bio) > MAX_BIO:
            raise Invalid.field("bio", "too_long", f"At most {MAX_BIO} characters.")

    def _check_addresses(self) -> None:
        if self.website:
            _check_url("website", self.website)
        if self.links is not None and len(self.links) > MAX_LINKS:
            raise Invalid.field("links", "too_many", f"At most {MAX_LINKS} links.")
        payout = self.payout_address
        if payout and not (len(payout) <= MAX_ADDRESS and _ADDRESS.fullmatch(payout)):
            raise Invalid.field("payout_address", "format", "Expected a PayPal account's e-mail address.")

    def _check_places(self) -> None:
        locale = self.locale
        if locale is not None and not (len(locale) <= MAX_LOCALE and _LOCALE.fullmatch(locale)):
            raise Invalid.field("locale", "format", "Expected a language tag such as en or pt-BR.")
        if self.time_zone is not None and self.time_zone not in _time_zones():
            raise Invalid.field("time_zone", "unknown", "Expected a time zone such as Europe/Berlin.")

    def given(self) -> dict[str, object]:
        """Return the parts that are to be changed, by name."""
        return {name: value for name, value in asdict(self, recurse=False).items() if value is not None}


@define(kw_only=True)
class Profile:
    """What an account says about itself, and how it wants to be addressed."""

    id: str
    display_name: str
    bio: str = ""
    website: str = ""
    links: tuple[Link, ...] = ()
    locale: str = "en"
    time_zone: str = "UTC"
    locked: bool = False
    payout_address: str = ""
    revision: int = 0

    def change(self, changes: ProfileChanges, if_revision: int | None = None) -> bool:
        """Take over what is given; False if nothing is different.

        Raises ``Stale`` if ``if_revision`` is given and no longer true.
        """
        if if_revision is not None and if_revision != self.revision:
            raise Stale
        different = {name: value for name, value in changes.given().items() if value != getattr(self, name)}
        for name, value in different.items():
            setattr(self, name, value)
        self.revision += bool(different)
        return bool(different)


@frozen
class AccountCounts:
    """How much hangs on an account."""

    posts: int
    followers: int
    following: int


@frozen(kw_only=True)
class AccountViewer:
    """How the viewer stands to an account; all false where nobody is signed in.

    ``notify`` and ``show_reposts`` are those of the viewer's follow or request. ``mutual_followers`` is the
    number of accounts among the viewer's latest follows that follow this one too, counted up to 100; it is
    known where a single profile is read, and null in lists.
    """

    following: bool = False
    requested: bool = False
    followed_by: bool = False
    blocking: bool = False
    muting: bool = False
    notify: str | None = None
    show_reposts: bool | None = None
    mutual_followers: int | None = None


@frozen(kw_only=True)
class AccountView:
    """An account as others see it.

    ``role`` is told of moderators and administrators. Of an account that the viewer blocks there is only
    what it takes to find and unblock it: texts are empty and ``counts`` null.
    """

    id: str
    handle: str
    display_name: str
    bio: str
    avatar: None = None
    banner: None = None
    website: str
    links: tuple[Link, ...]
    locked: bool
    role: str | None
    created_at: datetime
    counts: AccountCounts | None
    viewer: AccountViewer
    revision: int

    def reduced(self) -> "AccountView":
        """Return what the viewer gets who blocks this account."""
        return evolve(self, bio="", website="", links=(), role=None, counts=None)


@frozen(kw_only=True)
class MeView(AccountView):
    """An account as its owner sees it: with its e-mail address, state and settings.

    ``pending_email`` is the address that waits to be confirmed, while it can be.
    """

    email: str
    email_verified: bool
    pending_email: str | None
    state: str
    locale: str
    time_zone: str
    payout_address: str
    birth_date: date | None


@frozen
class Badges:
    """What waits for an account: numbers for a client to put on its icons.

    ``follow_requests`` is counted up to 100: a client shows ``99+`` there.
    """

    follow_requests: int
    notifications: int


def _check_url(field: str, url: str) -> None:
    if len(url) > MAX_URL:
        raise Invalid.field(field, "too_long", f"An address has at most {MAX_URL} characters.")
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        # What stands before an @ looks like the host and is not.
        good = good and "@" not in parts.netloc
    except ValueError:
        good = False
    if not good or _NO_URL.search(url):
        raise Invalid.field(field, "url", "Expected an address that begins with http:// or https://.")


@cache
def _time_zones() -> frozenset[str]:
    """The names of the IANA database, read once; UTC is known also where the machine has none."""
    return frozenset({*available_timezones(), "UTC"})
