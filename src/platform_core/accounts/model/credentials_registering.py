"""Registration: who may, what is asked of them, and what it makes."""

from datetime import date, datetime
from enum import StrEnum

from attrs import field, frozen

from platform_core.accounts.model.credentials import Credentials, display_name, email_address, handle_name
from platform_core.shared.errors import FieldError, Forbidden, Invalid
from platform_core.shared.visibility import AccountState


class RegistrationClosed(Forbidden):
    """The operator lets nobody register."""

    code = "registration_closed"
    detail = "Nobody can register here at the moment."


class InvalidInvitation(Invalid):
    """The invitation is missing, used up, expired or revoked."""

    code = "invalid_invitation"

    def __init__(self) -> None:
        super().__init__(FieldError("invitation", self.code, "This invitation is not valid, or used up."))


class RegistrationMode(StrEnum):
    """Who may make an account."""

    OPEN = "open"
    APPROVAL = "approval"
    INVITATION = "invitation"
    CLOSED = "closed"


@frozen
class RegistrationPolicy:
    """What the operator asks of those who register; an age above 0 asks for a birth date."""

    mode: RegistrationMode = RegistrationMode.OPEN
    minimum_age: int = 0

    def check(self, registration: "Registration", today: date) -> None:
        """Raise ``RegistrationClosed``, ``InvalidInvitation`` or ``Invalid`` unless it may go ahead."""
        if self.mode is RegistrationMode.CLOSED:
            raise RegistrationClosed
        if self.mode is RegistrationMode.INVITATION and not registration.invitation:
            raise InvalidInvitation
        if self.minimum_age:
            self._check_age(registration.birth_date, today)

    def birth_date(self, registration: "Registration") -> date | None:
        """Return the birth date as far as it is kept: not where nobody asked for it."""
        return registration.birth_date if self.minimum_age else None

    @property
    def first_state(self) -> AccountState:
        """The state that an account begins in."""
        return AccountState.PENDING if self.mode is RegistrationMode.APPROVAL else AccountState.ACTIVE

    def _check_age(self, birth_date: date | None, today: date) -> None:
        if birth_date is None:
            raise Invalid.field("birth_date", "required", "Say when you were born.")
        if age(birth_date, today) > 150 or birth_date > today:
            raise Invalid.field("birth_date", "range", "This is not a birth date.")
        if age(birth_date, today) < self.minimum_age:
            raise Invalid.field("birth_date", "too_young", f"One has to be {self.minimum_age} to register.")


def age(birth_date: date, today: date) -> int:
    """Return the whole years since ``birth_date``."""
    birthday_to_come = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - birthday_to_come


@frozen
class Registration:
    """What somebody gives to register; raises ``Invalid`` for what breaks a rule."""

    email: str = field(converter=email_address)
    handle: str = field(converter=handle_name)
    display_name: str = field(converter=display_name)
    birth_date: date | None = None
    invitation: str | None = field(default=None, repr=False)


@frozen
class NewAccount:
    """An account that is about to be: its credentials and what its profile begins with."""

    credentials: Credentials
    display_name: str
    created_at: datetime
    birth_date: date | None = field(default=None, repr=False)
