"""Who an account is to this server, and what it proves that with."""

import re
from datetime import datetime
from typing import ClassVar

from attrs import define, field, frozen

from platform_core.accounts.model.credentials_reserved import RESERVED_HANDLES
from platform_core.accounts.model.profile import ProfileChanges
from platform_core.shared.actor import Role
from platform_core.shared.errors import Conflict, Forbidden, Invalid, Unauthenticated
from platform_core.shared.events import Event
from platform_core.shared.visibility import AccountState

MAX_EMAIL = 254
"""RFC 5321, section 4.5.3.1.3: a path has 256 characters, two of them brackets."""
MIN_PASSWORD, MAX_PASSWORD = 8, 1_024
"""Bytes of a password in UTF-8."""

_HANDLE = re.compile(r"[a-z0-9_]{3,30}")
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}")
_MAX_LOCAL = 64
_GONE = frozenset({AccountState.PENDING, AccountState.DELETED})


class EmailTaken(Conflict):
    """The e-mail address belongs to another account."""

    code = "email_taken"
    detail = "This e-mail address belongs to another account."


class HandleTaken(Conflict):
    """The handle belongs to another account."""

    code = "handle_taken"
    detail = "This handle belongs to another account."


class InvalidCredentials(Unauthenticated):
    """Log-in refused; the words are the same whether or not there is such an account."""

    code = "invalid_credentials"
    detail = "The name or the password is not right."


class WrongPassword(Forbidden):
    """The password that was asked for again is not the account's."""

    code = "wrong_password"
    detail = "This is not your password."


class AccountPending(Forbidden):
    """The operator has not approved the registration yet. Told only to whoever knows the password."""

    code = "account_pending"
    detail = "Your registration has not been approved yet."


class AccountSuspended(Forbidden):
    """The account is suspended. Told only to whoever knows the password."""

    code = "account_suspended"
    detail = "Your account is suspended."


def email_address(text: str) -> str:
    """Return the one spelling under which an address is kept: lower case, the domain in ASCII.

    Raises ``Invalid``. What is accepted is a dot-atom (RFC 5322, section 3.4.1) at a domain with a dot.
    """
    local, _, domain = text.strip().rpartition("@")
    domain = _ascii_domain(domain.lower())
    address = f"{local.lower()}@{domain}"
    # Some foreign letters turn into a-z in lower case (the Kelvin sign): those are not meant.
    shaped = local.isascii() and _LOCAL.fullmatch(local.lower()) and _DOMAIN.fullmatch(domain)
    if not shaped or len(local) > _MAX_LOCAL or len(address) > MAX_EMAIL:
        raise Invalid.field("email", "format", "This is not an e-mail address.")
    return address


def handle_shape(text: str) -> str:
    """Return a handle in lower case. Raises ``Invalid`` for other characters or lengths."""
    handle = text.lower()
    if not (text.isascii() and _HANDLE.fullmatch(handle)):
        raise Invalid.field("handle", "format", "A handle has 3 to 30 letters (a-z), digits or underscores.")
    return handle


def handle_name(text: str) -> str:
    """Return a handle that may be registered, in lower case. Raises ``Invalid`` for reserved words, too."""
    handle = handle_shape(text)
    if handle in RESERVED_HANDLES:
        raise Invalid.field("handle", "reserved", "This handle is reserved.")
    return handle


def display_name(text: str) -> str:
    """Return a display name as profiles keep it. Raises ``Invalid`` for an empty or too long one."""
    return ProfileChanges(display_name=text).display_name or ""


def check_password(password: str, handle: str, email: str, name: str = "password") -> None:
    """Raise ``Invalid`` for field ``name`` if the length is wrong or the password is who one is."""
    if not MIN_PASSWORD <= len(password.encode()) <= MAX_PASSWORD:
        words = f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} bytes."
        raise Invalid.field(name, "length", words)
    if password.lower() in (handle, email, email.partition("@")[0], email.partition("@")[2]):
        raise Invalid.field(name, "guessable", "The password must not be your handle or address.")


@define
class Credentials:
    """An account as far as its owner has to prove being it."""

    account_id: str
    handle: str
    email: str
    password_hash: str = field(repr=False)
    role: Role = Role.MEMBER
    state: AccountState = AccountState.ACTIVE
    email_verified_at: datetime | None = None
    suspended_until: datetime | None = None

    def check_may_sign_in(self, now: datetime) -> None:
        """Raise what stands in the way; only for those who have proved to know the password."""
        if self.state is AccountState.PENDING:
            raise AccountPending
        if self.state is AccountState.DELETED:
            raise InvalidCredentials
        if not may_act(self.state, self.suspended_until, now):
            raise AccountSuspended

    def verify_email(self, address: str, at: datetime) -> bool:
        """Note that the owner reads mail at ``address``; False if that is not, or was already, known."""
        if address != self.email or self.email_verified_at is not None:
            return False
        self.email_verified_at = at
        return True

    def change_email(self, address: str, at: datetime) -> None:
        """Move to an address that the owner has confirmed."""
        self.email = address
        self.email_verified_at = at


def may_act(state: AccountState, suspended_until: datetime | None, now: datetime) -> bool:
    """Whether an account in this state may be signed in: a suspension ends by itself at its time."""
    if state is AccountState.SUSPENDED:
        return suspended_until is not None and suspended_until <= now
    return state not in _GONE


@frozen
class AccountRegistered(Event):
    """An account became usable: registered, or approved where the operator approves."""

    name: ClassVar[str] = "accounts.registered"
    account_id: str


@frozen
class SignedIn(Event):
    """Somebody logged in."""

    name: ClassVar[str] = "accounts.signed_in"
    account_id: str


@frozen
class EmailVerified(Event):
    """The owner of an account proved to read mail at its address."""

    name: ClassVar[str] = "accounts.email_verified"
    account_id: str


@frozen
class PasswordChanged(Event):
    """An account has another password; its sessions and tokens have ended."""

    name: ClassVar[str] = "accounts.password_changed"
    account_id: str


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return ""
