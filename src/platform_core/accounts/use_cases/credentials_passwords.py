"""Change a password, and set a new one when it was forgotten."""

from attrs import frozen

from platform_core.accounts.model.credentials import EmailVerified, PasswordChanged, email_address
from platform_core.accounts.model.credentials_letters import (
    CHANGING,
    InvalidLink,
    PasswordResetRequested,
    Purpose,
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
    Passwords,
    lock_unchanged,
)
from platform_core.shared.actor import Actor
from platform_core.shared.errors import RateLimited
from platform_core.shared.ids import Secrets
from platform_core.shared.limits import Rate, RateLimiter
from platform_core.shared.signals import Topic

RESETS_PER_ADDRESS = Rate("password-resets", 5, 3_600)
"""Letters that one address gets, whoever asks for them."""
_WITHDRAWN = frozenset({Purpose.RESET, *CHANGING})


@frozen
class ChangePassword:
    """Give the actor's account another password. Asks for the old one; other sessions and tokens end."""

    transactions: CredentialsTransactions
    check: PasswordCheck
    passwords: Passwords

    async def __call__(self, actor: Actor, client: Client, password: str, new_password: str) -> None:
        known = await self.check(actor, client, password)
        chosen = await self.passwords.hash_new(new_password, known.handle, known.email, "new_password")
        async with self.transactions() as uow:
            present = await lock_unchanged(uow, known)
            present.password_hash = chosen
            await uow.credentials.put(present)
            await _end_everything(uow, actor.id, keep=actor.session_id)
            await uow.commit()


@frozen
class RequestPasswordReset:
    """Send a link for a new password to an address, if it is an account's. Anybody may ask.

    The account is looked up where nobody waits for it (``SendPasswordReset``): here the same happens for
    every address.
    """

    transactions: CredentialsTransactions
    limiter: RateLimiter
    secrets: Secrets
    rate: Rate = RESETS_PER_ADDRESS

    async def __call__(self, email: str) -> None:
        address = email_address(email)
        digest = self.secrets.digest(address)
        quota = await self.limiter.hit(self.rate, digest)
        if not quota.allowed:
            raise RateLimited(quota.reset_after)
        async with self.transactions() as uow:
            await uow.outbox.record(PasswordResetRequested(address), f"password-reset:{digest}")
            await uow.commit()


@frozen
class ResetPassword:
    """Set a new password by the link that was sent. All sessions and tokens end; the address is verified."""

    transactions: CredentialsTransactions
    reader: CredentialsReader
    passwords: Passwords
    mint: Mint

    async def __call__(self, token: str, password: str) -> None:
        digest, now = self.mint.secrets.digest(token), self.mint.clock.now()
        known = await self.reader.by_link({Purpose.RESET}, digest, now)
        if known is None:
            raise InvalidLink
        chosen = await self.passwords.hash_new(password, known.handle, known.email)
        account_id = known.account_id
        async with self.transactions() as uow:
            present = await uow.credentials.get(account_id)
            link = await uow.email_links.take({Purpose.RESET}, digest, now)
            if present is None or link is None or link.email != present.email:
                raise InvalidLink
            present.password_hash = chosen
            if present.verify_email(link.email, now):
                await uow.outbox.record(EmailVerified(account_id), f"account:{account_id}")
            await uow.credentials.put(present)
            await _end_everything(uow, account_id)
            await uow.commit()


async def _end_everything(uow: CredentialsUnitOfWork, account_id: str, *, keep: str | None = None) -> None:
    """End what the old password had let in, and what was begun with it."""
    await uow.sessions.remove_all(account_id, keep=keep)
    await uow.email_links.remove_all(account_id, _WITHDRAWN)
    await uow.email_links.remove_change(account_id)
    await uow.outbox.record(PasswordChanged(account_id), f"account:{account_id}")
    uow.wake(Topic.ACCESS, [account_id])
