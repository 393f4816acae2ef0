"""Send the letters that events ask for.

A letter leaves between two transactions: the first makes its links good (the same ones if it is done again),
the second notes that it was sent. A crash in between sends it again, with the same ``Message-ID``.
"""

from collections.abc import Awaitable, Callable

from attrs import frozen

from platform_core.accounts.model.credentials import Credentials, PasswordChanged
from platform_core.accounts.model.credentials_letters import (
    LASTS,
    AddressChanged,
    AddressInUse,
    ConfirmNewAddress,
    ConfirmOldAddress,
    EmailChange,
    EmailChanged,
    EmailChangeRequested,
    EmailLink,
    Letter,
    LinkKey,
    PasswordResetRequested,
    PasswordWasChanged,
    Purpose,
    RegistrationApproved,
    ResetPassword,
    SecondFactorRemoved,
    SecondFactorWasRemoved,
    VerificationRequested,
    VerifyAddress,
    WelcomeApproved,
)
from platform_core.accounts.ports.credentials import CredentialsTransactions, CredentialsUnitOfWork
from platform_core.accounts.ports.credentials_services import Mailer
from platform_core.shared.clock import Clock
from platform_core.shared.events import Delivery
from platform_core.shared.ids import Secrets
from platform_core.shared.visibility import AccountState

_SENT = "sent"
_UNREACHED = frozenset({AccountState.PENDING, AccountState.DELETED})


@frozen
class Post:
    """Sends a letter once for a delivery, or twice after a crash."""

    transactions: CredentialsTransactions
    mailer: Mailer

    async def __call__(
        self, delivery: Delivery, write: Callable[[CredentialsUnitOfWork], Awaitable[Letter | None]]
    ) -> None:
        """Send what ``write`` makes of the present state; ``None`` is nothing to send."""
        async with self.transactions() as uow:
            if await uow.deliveries.reached(delivery):
                return
            letter = await write(uow)
            await uow.commit()
        if letter is not None:
            await self.mailer.send(letter, f"{delivery.event_id}.{delivery.subscriber}")
        async with self.transactions() as uow:
            await uow.deliveries.advance(delivery, "", _SENT)
            await uow.commit()


@frozen
class LinkMaker:
    """Makes the links of letters good and returns their tokens."""

    key: LinkKey
    clock: Clock
    secrets: Secrets

    async def __call__(
        self, uow: CredentialsUnitOfWork, delivery: Delivery, account_id: str, purpose: Purpose, email: str
    ) -> tuple[str, EmailLink]:
        """Return the token of the event's link for ``purpose``, and the link."""
        token = self.key.token(purpose, delivery.event_id)
        until = self.clock.now() + LASTS[purpose]
        link = EmailLink(self.secrets.digest(token), account_id, purpose, email, until)
        await uow.email_links.add(link)
        return token, link


@frozen
class SendVerification:
    """Ask the owner of an account to verify the address, unless it is verified."""

    post: Post
    links: LinkMaker

    async def __call__(self, delivery: Delivery, event: VerificationRequested) -> None:
        async def write(uow: CredentialsUnitOfWork) -> Letter | None:
            known = await uow.credentials.get(event.account_id)
            if known is None or known.state is AccountState.DELETED or known.email_verified_at:
                return None
            asked = (uow, delivery, known.account_id, Purpose.VERIFY, known.email)
            token, link = await self.links(*asked)
            return VerifyAddress(known.email, known.handle, token, link.expires_at)

        await self.post(delivery, write)


@frozen
class SendPasswordReset:
    """Send the link for a new password, if the address is an account's."""

    post: Post
    links: LinkMaker

    async def __call__(self, delivery: Delivery, event: PasswordResetRequested) -> None:
        async def write(uow: CredentialsUnitOfWork) -> Letter | None:
            known = await uow.credentials.by_email(event.email)
            if known is None or known.state in _UNREACHED:
                return None
            token, link = await self.links(uow, delivery, known.account_id, Purpose.RESET, known.email)
            return ResetPassword(known.email, known.handle, token, link.expires_at)

        await self.post(delivery, write)


@frozen
class AskOldAddress:
    """Ask at the present address whether it may change, with a link that stops the change."""

    post: Post
    links: LinkMaker

    async def __call__(self, delivery: Delivery, event: EmailChangeRequested) -> None:
        async def write(uow: CredentialsUnitOfWork) -> Letter | None:
            known, change = await _change(uow, event)
            if known is None or change is None or change.old_confirmed:
                return None
            asked = (uow, delivery, known.account_id)
            token, link = await self.links(*asked, Purpose.CONFIRM_OLD, known.email)
            stop, _ = await self.links(*asked, Purpose.STOP_CHANGE, known.email)
            greeted = (known.email, known.handle)
            return ConfirmOldAddress(*greeted, token, link.expires_at, stop, change.email)

        await self.post(delivery, write)


@frozen
class AskNewAddress:
    """Ask at the new address for confirmation; at an account's address tell its owner instead."""

    post: Post
    links: LinkMaker

    async def __call__(self, delivery: Delivery, event: EmailChangeRequested) -> None:
        async def write(uow: CredentialsUnitOfWork) -> Letter | None:
            known, change = await _change(uow, event)
            if known is None or change is None or change.new_confirmed:
                return None
            owner = await uow.credentials.by_email(change.email)
            if owner is not None:
                return AddressInUse(change.email, owner.handle)
            asked = (uow, delivery, known.account_id, Purpose.CONFIRM_NEW, change.email)
            token, link = await self.links(*asked)
            return ConfirmNewAddress(change.email, known.handle, token, link.expires_at)

        await self.post(delivery, write)


@frozen
class TellOwner:
    """Tell an account's owner what happened to it; no links."""

    post: Post

    async def email_changed(self, delivery: Delivery, event: EmailChanged) -> None:
        """Tell at the former address that another one is the account's."""

        async def write(uow: CredentialsUnitOfWork) -> Letter | None:
            known = await uow.credentials.get(event.account_id)
            return AddressChanged(event.former, known.handle, known.email) if known else None

        await self.post(delivery, write)

    async def password_changed(self, delivery: Delivery, event: PasswordChanged) -> None:
        """Tell that the password is another one."""
        await self._tell(delivery, event.account_id, PasswordWasChanged)

    async def second_factor_removed(self, delivery: Delivery, event: SecondFactorRemoved) -> None:
        """Tell that log-ins ask for no more codes."""
        await self._tell(delivery, event.account_id, SecondFactorWasRemoved)

    async def approved(self, delivery: Delivery, event: RegistrationApproved) -> None:
        """Tell that the registration was approved."""
        await self._tell(delivery, event.account_id, WelcomeApproved)

    async def _tell(self, delivery: Delivery, account_id: str, letter: type[Letter]) -> None:
        async def write(uow: CredentialsUnitOfWork) -> Letter | None:
            known = await uow.credentials.get(account_id)
            return letter(known.email, known.handle) if known else None

        await self.post(delivery, write)


async def _change(
    uow: CredentialsUnitOfWork, event: EmailChangeRequested
) -> tuple[Credentials | None, EmailChange | None]:
    """Return the account and its change, if it is still the one that the event is about."""
    known = await uow.credentials.get(event.account_id)
    change = await uow.email_links.get_change(event.account_id)
    return known, change if change and change.id == event.change_id else None
