"""Tokens that people hold: sessions of apps and browsers, and personal access tokens."""

from datetime import datetime, timedelta
from enum import StrEnum

from attrs import field, frozen

from platform_core.accounts.model.credentials import may_act
from platform_core.shared.actor import Actor, Role, Scope
from platform_core.shared.errors import Conflict, Invalid
from platform_core.shared.visibility import AccountState

MAX_ACCESS_TOKENS = 100
"""Personal access tokens of one account."""
MAX_TOKEN_NAME = 100
NOTED_EVERY = timedelta(minutes=1)
"""The last use of a session is written at most this often."""

_ALL = frozenset(str(scope) for scope in Scope)
_MEMBERS = _ALL - {str(Scope.ADMIN)}


class TooManyAccessTokens(Conflict):
    """The account has as many access tokens as one may have."""

    code = "too_many_access_tokens"
    detail = f"An account has at most {MAX_ACCESS_TOKENS} access tokens."


class SessionKind(StrEnum):
    """Who holds the token."""

    APP = "app"
    BROWSER = "browser"
    ACCESS_TOKEN = "access_token"  # noqa: S105 (a kind, not a secret)


@frozen
class SessionLifetimes:
    """When sessions end: browsers' after a time and when idle, apps' when idle, access tokens' as said."""

    browser: timedelta = timedelta(days=30)
    browser_idle: timedelta = timedelta(days=14)
    app_idle: timedelta = timedelta(days=90)


@frozen
class Client:
    """Whence somebody comes: the address to show, what it is counted under (IPv6: its /64), the program."""

    address: str
    network: str
    device: str = ""
    kind: SessionKind = SessionKind.APP


@frozen
class Session:
    """A token, of which only the digest is known. ``label`` is a device, or an access token's name.

    ``scopes`` are an access token's; a session has all that its account's role allows.
    """

    id: str
    account_id: str
    kind: SessionKind
    digest: str = field(repr=False)
    label: str
    created_at: datetime
    address: str = ""
    last_used_at: datetime | None = None
    scopes: frozenset[str] | None = None
    expires_at: datetime | None = None

    @property
    def is_access_token(self) -> bool:
        """Whether this is a personal access token."""
        return self.kind is SessionKind.ACCESS_TOKEN

    def ends_at(self, lifetimes: SessionLifetimes) -> datetime | None:
        """Return when the session ends if it is not used again; None for never."""
        used = self.last_used_at or self.created_at
        if self.kind is SessionKind.APP:
            return used + lifetimes.app_idle
        if self.kind is SessionKind.BROWSER:
            return min(used + lifetimes.browser_idle, self.created_at + lifetimes.browser)
        return self.expires_at

    def is_alive(self, now: datetime, lifetimes: SessionLifetimes) -> bool:
        """Whether the token is still good."""
        end = self.ends_at(lifetimes)
        return end is None or now < end

    def is_use_to_note(self, now: datetime) -> bool:
        """Whether the last use that was written is long enough ago."""
        return self.last_used_at is None or now - self.last_used_at >= NOTED_EVERY

    def view(self, lifetimes: SessionLifetimes, current: str | None) -> "SessionView":
        """Return what the owner of a session sees who asks from the session ``current``."""
        used = self.last_used_at or self.created_at
        known = (self.id, self.kind, self.label, self.address, self.created_at, used)
        return SessionView(*known, self.ends_at(lifetimes), self.id == current)

    def token_view(self) -> "AccessTokenView":
        """Return what the owner of an access token sees."""
        scopes = tuple(sorted(self.scopes or ()))
        used = self.last_used_at
        return AccessTokenView(self.id, self.label, scopes, self.created_at, used, self.expires_at)


@frozen
class Standing:
    """A token with what its account is allowed."""

    session: Session
    role: Role
    state: AccountState
    suspended_until: datetime | None = None

    def actor(self, now: datetime, lifetimes: SessionLifetimes) -> Actor | None:
        """Return whom the token stands for; None if it has ended, or the account may not act."""
        if not self.session.is_alive(now, lifetimes) or not may_act(self.state, self.suspended_until, now):
            return None
        allowed = scopes_of(self.role)
        if self.session.is_access_token:
            scopes = allowed & (self.session.scopes or frozenset())
            return Actor(self.session.account_id, self.role, scopes)
        return Actor(self.session.account_id, self.role, allowed, self.session.id)


def scopes_of(role: Role) -> frozenset[str]:
    """Return all that somebody in this role may do: members everything but administration."""
    return _MEMBERS if role is Role.MEMBER else _ALL


@frozen
class AccessTokenRequest:
    """What a new access token shall be called, be used for, and end; checked against who asks."""

    name: str
    scopes: frozenset[str]
    expires_at: datetime | None = None

    def check(self, actor: Actor, now: datetime) -> None:
        """Raise ``Invalid`` for an empty name, scopes that one does not have, and an end in the past."""
        if not 1 <= len(self.name.strip()) <= MAX_TOKEN_NAME:
            raise Invalid.field("name", "length", f"A name has 1 to {MAX_TOKEN_NAME} characters.")
        if not self.scopes or not self.scopes <= actor.scopes:
            raise Invalid.field("scopes", "scope", "Choose among the scopes that you have yourself.")
        if self.expires_at is not None and self.expires_at <= now:
            raise Invalid.field("expires_at", "range", "The end has to be in the future.")


@frozen
class Entrance:
    """What a registration or log-in leads to: a session's token, or one to prove the second factor with.

    With neither, the registration waits for the operator.
    """

    account_id: str
    token: str | None = field(default=None, repr=False)
    mfa_token: str | None = field(default=None, repr=False)


@frozen
class SessionView:
    """A session as its owner sees it. ``current`` is the one that asks."""

    id: str
    kind: str
    device: str
    address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime | None
    current: bool


@frozen
class AccessTokenView:
    """A personal access token as its owner sees it; the token itself is shown once, when it is made."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


@frozen
class NewAccessToken:
    """A personal access token at the one moment when it can be seen."""

    token: str = field(repr=False)
    access_token: AccessTokenView
