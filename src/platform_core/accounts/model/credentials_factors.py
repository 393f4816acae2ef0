"""The second factor: codes by time (TOTP, RFC 6238), recovery codes, and log-ins that wait for one."""

from datetime import datetime, timedelta

from attrs import define, field, frozen

from platform_core.shared.errors import Conflict, FieldError, Invalid, Unauthenticated

RECOVERY_CODES = 10
CHALLENGE_LASTS = timedelta(minutes=10)
"""How long one has to type a code after the password."""


class FactorEnabled(Conflict):
    """There is a second factor already."""

    code = "totp_enabled"
    detail = "Disable the present second factor first."


class FactorMissing(Conflict):
    """There is no second factor to do this with."""

    code = "totp_not_enabled"
    detail = "No second factor is set up."


class WrongCode(Invalid):
    """The code is not the one that the authenticator shows, or has been used."""

    code = "wrong_code"

    def __init__(self) -> None:
        super().__init__(FieldError("code", self.code, "This code is not right, or was used before."))


class ChallengeOver(Unauthenticated):
    """The log-in that the code belongs to took too long, or is finished."""

    code = "mfa_expired"
    detail = "This log-in has expired. Begin again with your password."


class CodeRefused(Unauthenticated):
    """A log-in's second step was refused."""

    code = "invalid_code"
    detail = "This code is not right, or was used before."


@define
class SecondFactor:
    """The secret that an authenticator shares; in force once a code of it has been seen."""

    account_id: str
    secret: str = field(repr=False)
    confirmed_at: datetime | None = None
    last_step: int = -1
    """The time step whose code was used last: each is good for one use."""

    @property
    def enabled(self) -> bool:
        """Whether log-ins ask for a code."""
        return self.confirmed_at is not None

    def accept(self, step: int | None) -> bool:
        """Use up a time step that a code matched; False if none did, or a code of it or later was used."""
        if step is None or step <= self.last_step:
            return False
        self.last_step = step
        return True


@frozen
class Challenge:
    """A log-in whose password was right and that waits for a code."""

    digest: str = field(repr=False)
    account_id: str
    expires_at: datetime


@frozen
class Enrolment:
    """What an authenticator needs: the secret to type, the same as an address, and that as a picture."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    qr_svg: str = field(repr=False)


@frozen
class SecondFactorView:
    """Whether log-ins ask for a code, and how many recovery codes are left."""

    enabled: bool
    recovery_codes_left: int


def plain_code(code: str) -> str:
    """Return a recovery code as it is digested, however it was typed."""
    return "".join(code.split()).replace("-", "").lower()
