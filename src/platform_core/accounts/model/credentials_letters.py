"""Letters that the server sends, the links in them, and the events that ask for them.

No event holds a token. The token of a link is derived from the id of the event that asked for the letter and
a key of the server (``LinkKey``), at the moment when the letter is sent; the database has only its digest.
So it is in clear nowhere but in the letter, and a letter that is sent twice holds the same link.
"""

import base64
import hmac
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from attrs import define, field, frozen

from platform_core.shared.errors import FieldError, Invalid
from platform_core.shared.events import Event


class InvalidLink(Invalid):
    """The link was used before, has expired, or never was."""

    code = "invalid_link"

    def __init__(self) -> None:
        super().__init__(FieldError("token", self.code, "This link was used before, or has expired."))


class Purpose(StrEnum):
    """What a link is good for; words of the interface, too."""

    VERIFY = "verify"
    RESET = "reset"
    CONFIRM_OLD = "confirm_old"
    CONFIRM_NEW = "confirm_new"
    STOP_CHANGE = "stop_change"


class Confirmed(StrEnum):
    """What following a link has led to; words of the interface."""

    VERIFIED = "verified"
    HALF = "confirmed"
    """The other address has to confirm, too."""
    CHANGED = "changed"


LASTS = {
    Purpose.VERIFY: timedelta(days=7),
    Purpose.RESET: timedelta(hours=1),
    Purpose.CONFIRM_OLD: timedelta(days=1),
    Purpose.CONFIRM_NEW: timedelta(days=1),
    Purpose.STOP_CHANGE: timedelta(days=1),
}
CHANGING = frozenset({Purpose.CONFIRM_OLD, Purpose.CONFIRM_NEW, Purpose.STOP_CHANGE})
"""The links of a change of address."""


@frozen
class LinkKey:
    """Derives the tokens of links: the same for the same letter, not to be guessed without the key."""

    secret: bytes = field(repr=False)

    def token(self, purpose: Purpose, event_id: str) -> str:
        """Return 256 bits as URL-safe text (HMAC-SHA-256)."""
        digest = hmac.digest(self.secret, f"footlights link {purpose} {event_id}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


@frozen
class EmailLink:
    """A link that was sent to ``email``; good once."""

    digest: str = field(repr=False)
    account_id: str
    purpose: Purpose
    email: str
    expires_at: datetime


@define
class EmailChange:
    """A change of address that waits for confirmation; an account has one at a time."""

    id: str
    account_id: str
    email: str
    expires_at: datetime
    old_confirmed: bool = False
    new_confirmed: bool = False

    def confirm(self, purpose: Purpose) -> bool:
        """Note one of the two confirmations; True once both are there."""
        self.old_confirmed |= purpose is Purpose.CONFIRM_OLD
        self.new_confirmed |= purpose is Purpose.CONFIRM_NEW
        return self.old_confirmed and self.new_confirmed


@frozen
class Letter:
    """A letter to somebody: the address, and the handle to greet."""

    to: str
    handle: str


@frozen
class LinkLetter(Letter):
    """A letter with a link that is good until a time."""

    token: str = field(repr=False)
    expires_at: datetime


@frozen
class VerifyAddress(LinkLetter):
    """Asks a new account's owner to follow the link."""


@frozen
class ResetPassword(LinkLetter):
    """Lets somebody choose a new password."""


@frozen
class ConfirmNewAddress(LinkLetter):
    """Asks whoever reads the new address to confirm it."""


@frozen
class ConfirmOldAddress(LinkLetter):
    """Asks the owner at the present address whether it may change; the other link stops that."""

    stop_token: str = field(repr=False)
    new_address: str


@frozen
class AddressInUse(Letter):
    """Tells an account's owner that somebody tried to use its address for another account."""


@frozen
class AddressChanged(Letter):
    """Tells at the former address that it is no longer the account's."""

    new_address: str


@frozen
class PasswordWasChanged(Letter):
    """Tells the owner that the password is another one."""


@frozen
class SecondFactorWasRemoved(Letter):
    """Tells the owner that log-ins no longer ask for a code."""


@frozen
class WelcomeApproved(Letter):
    """Tells somebody that the registration was approved."""


@frozen
class VerificationRequested(Event):
    """The owner of an account is to be asked whether the address is right."""

    name: ClassVar[str] = "accounts.verification_requested"
    account_id: str


@frozen
class PasswordResetRequested(Event):
    """Somebody says to have forgotten the password of ``email``, which may or may not be an account's."""

    name: ClassVar[str] = "accounts.password_reset_requested"
    email: str


@frozen
class EmailChangeRequested(Event):
    """An account's owner wants another address; both are to be asked."""

    name: ClassVar[str] = "accounts.email_change_requested"
    account_id: str
    change_id: str


@frozen
class EmailChanged(Event):
    """An account has another address; the former one is to be told."""

    name: ClassVar[str] = "accounts.email_changed"
    account_id: str
    former: str


@frozen
class SecondFactorRemoved(Event):
    """Log-ins of an account no longer ask for a code."""

    name: ClassVar[str] = "accounts.second_factor_removed"
    account_id: str


@frozen
class RegistrationApproved(Event):
    """The operator approved a registration; its owner is to be told. Recorded with ``AccountRegistered``."""

    name: ClassVar[str] = "accounts.registration_approved"
    account_id: str
