"""Verify an e-mail address, and change it with a confirmation at both."""

from attrs import frozen

from platform_core.accounts.model.credentials import Credentials, EmailVerified, email_address
from platform_core.accounts.model.credentials_letters import (
    CHANGING,
    LASTS,
    Confirmed,
    EmailChange,
    EmailChanged,
    EmailChangeRequested,
    EmailLink,
    InvalidLink,
    Purpose,
    VerificationRequested,
)
from platform_core.accounts.model.credentials_sessions import Client
from platform_core.accounts.ports.credentials import (
    CredentialsReader,
    CredentialsTransactions,
    CredentialsUnitOfWork,
)
from platform_core.accounts.use_cases.credentials_checks import (
    Mint,
    PasswordCheck,
    drop_email_change,
    lock_unchanged,
)
from platform_core.shared.actor import Actor
from platform_core.shared.errors import Invalid

_CONFIRMING = frozenset({Purpose.VERIFY, Purpose.CONFIRM_OLD, Purpose.CONFIRM_NEW})


@frozen
class RequestVerification:
    """Send the actor the link to verify the address once more; nothing is sent if it is verified."""

    transactions: CredentialsTransactions

    async def __call__(self, actor: Actor) -> None:
        async with self.transactions() as uow:
            present = await uow.credentials.get(actor.id)
            if present is not None and present.email_verified_at is None:
                await uow.outbox.record(VerificationRequested(actor.id), f"account:{actor.id}")
                await uow.commit()


@frozen
class ConfirmAddress:
    """Follow a link that verifies an address, or confirms its change at one of the two. Whoever has it may.

    A change takes effect with the second confirmation; it raises ``EmailTaken`` if the address has become
    somebody's meanwhile. Verifying the present address drops a change that waits: that one was begun without
    asking there. Whoever still wants it begins it again, and both addresses are asked.
    """

    transactions: CredentialsTransactions
    reader: CredentialsReader
    mint: Mint

    async def __call__(self, token: str) -> Confirmed:
        digest, now = self.mint.secrets.digest(token), self.mint.clock.now()
        known = await self.reader.by_link(_CONFIRMING, digest, now)
        if known is None:
            raise InvalidLink
        async with self.transactions() as uow:
            # The account is locked before its links, here and everywhere.
            present = await uow.credentials.get(known.account_id)
            link = await uow.email_links.take(_CONFIRMING, digest, now)
            if present is None or link is None:
                raise InvalidLink
            verifies = link.purpose is Purpose.VERIFY
            confirmed = await (self._verify if verifies else self._confirm)(uow, present, link)
            await uow.commit()
        return confirmed

    async def _verify(self, uow: CredentialsUnitOfWork, present: Credentials, link: EmailLink) -> Confirmed:
        if link.email != present.email:
            raise InvalidLink
        if present.verify_email(link.email, self.mint.clock.now()):
            await uow.credentials.put(present)
            await drop_email_change(uow, present.account_id)
            await _record_verified(uow, present.account_id)
        return Confirmed.VERIFIED

    async def _confirm(self, uow: CredentialsUnitOfWork, present: Credentials, link: EmailLink) -> Confirmed:
        change = await uow.email_links.get_change(present.account_id)
        if change is None or change.expires_at <= self.mint.clock.now():
            raise InvalidLink
        if not change.confirm(link.purpose):
            await uow.email_links.put_change(change)
            return Confirmed.HALF
        former = present.email
        present.change_email(change.email, self.mint.clock.now())
        await uow.credentials.put(present)
        await uow.email_links.remove_change(present.account_id)
        # Links that were sent to the former address are worth nothing from now on.
        await uow.email_links.remove_all(present.account_id, frozenset(Purpose))
        changed = EmailChanged(present.account_id, former)
        await uow.outbox.record(changed, f"account:{present.account_id}")
        await _record_verified(uow, present.account_id)
        return Confirmed.CHANGED


@frozen
class RequestEmailChange:
    """Begin to change the actor's address. Asks for the password; letters go to both addresses.

    Whether the address is somebody's is not told here but to whoever reads mail there. An address that was
    never verified need not confirm: its owner may have mistyped it.
    """

    transactions: CredentialsTransactions
    check: PasswordCheck
    mint: Mint

    async def __call__(self, actor: Actor, client: Client, password: str, email: str) -> None:
        address = email_address(email)
        known = await self.check(actor, client, password)
        if address == known.email:
            raise Invalid.field("email", "unchanged", "This is your address already.")
        until = self.mint.clock.now() + LASTS[Purpose.CONFIRM_NEW]
        async with self.transactions() as uow:
            verified = (await lock_unchanged(uow, known)).email_verified_at is not None
            change = EmailChange(self.mint.ids.new(), actor.id, address, until, old_confirmed=not verified)
            await uow.email_links.remove_all(actor.id, CHANGING)
            await uow.email_links.put_change(change)
            await uow.outbox.record(EmailChangeRequested(actor.id, change.id), f"account:{actor.id}")
            await uow.commit()


@frozen
class StopEmailChange:
    """Stop a change of address by the link that went to the present one. Whoever has it may."""

    transactions: CredentialsTransactions
    reader: CredentialsReader
    mint: Mint

    async def __call__(self, token: str) -> None:
        stop = frozenset({Purpose.STOP_CHANGE})
        digest, now = self.mint.secrets.digest(token), self.mint.clock.now()
        known = await self.reader.by_link(stop, digest, now)
        if known is None:
            raise InvalidLink
        async with self.transactions() as uow:
            await uow.credentials.get(known.account_id)
            if await uow.email_links.take(stop, digest, now) is None:
                raise InvalidLink
            await drop_email_change(uow, known.account_id)
            await uow.commit()


async def _record_verified(uow: CredentialsUnitOfWork, account_id: str) -> None:
    await uow.outbox.record(EmailVerified(account_id), f"account:{account_id}")
