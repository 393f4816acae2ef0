"""Routes of passwords, the e-mail address and the second factor."""

from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from adapters.http.accounts.credentials_views import (
    AcceptedView,
    LinkTokenInput,
    Password,
    PasswordInput,
    Secret,
    client_of,
)
from adapters.http.call import Call
from adapters.http.routing import Gate, Route, get, post
from adapters.wire.inputs import Email, Input
from platform_core.accounts.model.credentials import EmailTaken, WrongPassword
from platform_core.accounts.model.credentials_factors import (
    Enrolment,
    FactorEnabled,
    FactorMissing,
    SecondFactorView,
    WrongCode,
)
from platform_core.accounts.model.credentials_letters import InvalidLink
from platform_core.accounts.ports.credentials import CredentialsReader
from platform_core.accounts.use_cases.credentials_addresses import (
    ConfirmAddress,
    RequestEmailChange,
    RequestVerification,
    StopEmailChange,
)
from platform_core.accounts.use_cases.credentials_factors import (
    ConfirmSecondFactor,
    DisableSecondFactor,
    EnrolSecondFactor,
    RegenerateRecoveryCodes,
)
from platform_core.accounts.use_cases.credentials_passwords import (
    ChangePassword,
    RequestPasswordReset,
    ResetPassword,
)
from platform_core.shared.actor import Scope
from platform_core.shared.errors import RateLimited
from platform_core.shared.limits import Rate


class ForgottenInput(Input, frozen=True):
    """The address of an account whose password was forgotten."""

    email: Email


class ResetInput(Input, frozen=True):
    """The token of the link, and the new password."""

    token: Secret
    password: Password


class PasswordChangeInput(Input, frozen=True):
    """The old password and the new one."""

    password: Password
    new_password: Password


class EmailChangeInput(Input, frozen=True):
    """The new address, and the password."""

    email: Email
    password: Password


class ConfirmationInput(Input, frozen=True):
    """A code that the authenticator shows."""

    code: Secret


@frozen
class ConfirmedView:
    """What the link has led to.

    ``verified``: the address is right; ``confirmed``: the other address has to confirm, too; ``changed``: the
    account has the new address.
    """

    state: str


@frozen
class RecoveryCodesView:
    """Codes for the day on which the authenticator is lost; each is good once, and shown this once."""

    recovery_codes: Sequence[str] = field(repr=False)


@frozen
class SecurityUseCases:
    """What the routes of passwords, addresses and second factors call."""

    reader: CredentialsReader
    forgotten: RequestPasswordReset
    reset: ResetPassword
    change_password: ChangePassword
    confirm_address: ConfirmAddress
    request_verification: RequestVerification
    change_email: RequestEmailChange
    stop_change: StopEmailChange
    enrol: EnrolSecondFactor
    confirm_factor: ConfirmSecondFactor
    disable_factor: DisableSecondFactor
    new_codes: RegenerateRecoveryCodes


_READS: dict[str, Any] = {"scope": Scope.ACCOUNTS_READ, "gate": Gate.PERSON}
_WRITES: dict[str, Any] = {"scope": Scope.ACCOUNTS_WRITE, "gate": Gate.PERSON}
_BY_LINK: dict[str, Any] = {"gate": Gate.OPEN, "raises": (InvalidLink,)}
_ASKS_PASSWORD = (WrongPassword, RateLimited)


@frozen
class SecurityRoutes:
    """Passwords, the e-mail address and the second factor."""

    use: SecurityUseCases
    letters: Rate = Rate("letters", 10, 3_600)
    """Letters that one account, or one network without a session, may have sent."""
    links: Rate = Rate("links", 60, 600)

    def routes(self) -> Sequence[Route]:
        """Return the routes of passwords, of addresses, of second factors."""
        return (*self._passwords(), *self._addresses(), *self._factors())

    def _passwords(self) -> Sequence[Route]:
        accepted: dict[str, Any] = {"answer": AcceptedView, "status": 202, "limit": self.letters}
        return (
            post("/auth/password/forgot", self.forgot, gate=Gate.OPEN, body=ForgottenInput, **accepted),
            post("/auth/password/reset", self.reset, body=ResetInput, limit=self.links, **_BY_LINK),
            post(
                "/auth/password/change",
                self.change_password,
                body=PasswordChangeInput,
                raises=_ASKS_PASSWORD,
                **_WRITES,
            ),
        )

    def _addresses(self) -> Sequence[Route]:
        accepted: dict[str, Any] = {"answer": AcceptedView, "status": 202, "limit": self.letters, **_WRITES}
        return (
            post(
                "/auth/email/verify",
                self.confirm,
                gate=Gate.OPEN,
                body=LinkTokenInput,
                answer=ConfirmedView,
                limit=self.links,
                raises=(InvalidLink, EmailTaken),
            ),
            post("/auth/email/resend", self.resend, **accepted),
            post(
                "/auth/email/change",
                self.change_email,
                body=EmailChangeInput,
                raises=_ASKS_PASSWORD,
                **accepted,
            ),
            post("/auth/email/stop", self.stop_change, body=LinkTokenInput, limit=self.links, **_BY_LINK),
        )

    def _factors(self) -> Sequence[Route]:
        again: dict[str, Any] = {"body": PasswordInput, **_WRITES}
        return (
            get("/auth/totp", self.factor, answer=SecondFactorView, **_READS),
            post(
                "/auth/totp",
                self.enrol,
                answer=Enrolment,
                status=201,
                raises=(*_ASKS_PASSWORD, FactorEnabled),
                **again,
            ),
            post(
                "/auth/totp/confirm",
                self.confirm_factor,
                body=ConfirmationInput,
                answer=RecoveryCodesView,
                raises=(FactorMissing, FactorEnabled, WrongCode),
                **_WRITES,
            ),
            post("/auth/totp/disable", self.disable_factor, raises=_ASKS_PASSWORD, **again),
            post(
                "/auth/recovery-codes",
                self.new_codes,
                answer=RecoveryCodesView,
                raises=(*_ASKS_PASSWORD, FactorMissing),
                **again,
            ),
        )

    async def forgot(self, call: Call) -> AcceptedView:
        """Ask for a link to choose a new password; the answer is the same for every address."""
        await self.use.forgotten(call.body.email)
        return AcceptedView()

    async def reset(self, call: Call) -> None:
        """Choose a new password by the link; every session and token ends."""
        await self.use.reset(call.body.token, call.body.password)

    async def change_password(self, call: Call) -> None:
        """Change the password; every other session and every token ends."""
        body = call.body
        await self.use.change_password(call.actor, client_of(call), body.password, body.new_password)

    async def confirm(self, call: Call) -> ConfirmedView:
        """Follow a link that verifies an address or confirms its change."""
        return ConfirmedView(await self.use.confirm_address(call.body.token))

    async def resend(self, call: Call) -> AcceptedView:
        """Ask once more for the link that verifies one's address."""
        await self.use.request_verification(call.actor)
        return AcceptedView()

    async def change_email(self, call: Call) -> AcceptedView:
        """Begin to change one's address; links go to both, and both have to be followed."""
        await self.use.change_email(call.actor, client_of(call), call.body.password, call.body.email)
        return AcceptedView()

    async def stop_change(self, call: Call) -> None:
        """Stop a change of address by the link that went to the present one."""
        await self.use.stop_change(call.body.token)

    async def factor(self, call: Call) -> SecondFactorView:
        """Tell whether log-ins ask for a code."""
        return await self.use.reader.second_factor(call.actor.id)

    async def enrol(self, call: Call) -> Enrolment:
        """Make a secret for an authenticator; it counts once a code of it was confirmed."""
        return await self.use.enrol(call.actor, client_of(call), call.body.password)

    async def confirm_factor(self, call: Call) -> RecoveryCodesView:
        """Confirm the authenticator with a code; log-ins ask for one from now on."""
        return RecoveryCodesView(await self.use.confirm_factor(call.actor, call.body.code))

    async def disable_factor(self, call: Call) -> None:
        """Let the password alone be enough again."""
        await self.use.disable_factor(call.actor, client_of(call), call.body.password)

    async def new_codes(self, call: Call) -> RecoveryCodesView:
        """Make new recovery codes; the old ones are worth nothing."""
        return RecoveryCodesView(await self.use.new_codes(call.actor, client_of(call), call.body.password))
