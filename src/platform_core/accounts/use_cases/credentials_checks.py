"""What the use cases of credentials share: passwords, the counting of failures, the minting of tokens."""

from attrs import frozen

from platform_core.accounts.model.credentials import Credentials, WrongPassword, check_password
from platform_core.accounts.model.credentials_letters import CHANGING
from platform_core.accounts.model.credentials_sessions import Client, Session
from platform_core.accounts.ports.credentials import CredentialsReader, CredentialsUnitOfWork
from platform_core.accounts.ports.credentials_services import CommonPasswords, PasswordHasher
from platform_core.shared.actor import Actor
from platform_core.shared.clock import Clock
from platform_core.shared.errors import Contention, Invalid, NotFound, RateLimited
from platform_core.shared.ids import Ids, Secrets
from platform_core.shared.limits import Quota, Rate, RateLimiter

FAILURES_PER_ACCOUNT = Rate("failures", 5, 30 * 60)
FAILURES_PER_NETWORK = Rate("failures-address", 25, 5 * 60)
REFUSED_REGISTRATIONS = Rate("refused-registrations", 100, 5 * 60)
"""Registrations of one network that told it that a handle or an address is taken."""


@frozen
class Passwords:
    """Passwords as they are chosen and checked."""

    hasher: PasswordHasher
    common: CommonPasswords

    async def hash_new(self, password: str, handle: str, email: str, name: str = "password") -> str:
        """Return the hash of a password that somebody chooses. Raises ``Invalid`` for field ``name``."""
        check_password(password, handle, email, name)
        if await self.common.contain(password):
            raise Invalid.field(name, "common", "Everybody tries this password first. Choose another one.")
        return await self.hasher.hash(password)

    async def hash_again(self, password_hash: str, password: str) -> str | None:
        """Return the hash of a password that was found right, if it was made with other parameters."""
        return await self.hasher.hash(password) if self.hasher.is_outdated(password_hash) else None


@frozen
class Failures:
    """Counts what went wrong, by account and by network; what went right is not counted.

    Attempts that run side by side all pass a check before the first of them is counted. So whoever was right
    is checked once more after the slow part: guessing in parallel gains nothing.
    """

    limiter: RateLimiter
    per_account: Rate = FAILURES_PER_ACCOUNT
    per_network: Rate = FAILURES_PER_NETWORK

    async def check(self, network: str, *accounts: str) -> None:
        """Raise ``RateLimited`` if there were too many failures in this network or of these accounts."""
        for quota in await self._quotas(network, accounts):
            if not quota.allowed:
                raise RateLimited(quota.reset_after)

    async def exhausted(self, account: str) -> bool:
        """Whether there were too many failures of this account."""
        return not (await self.limiter.peek(self.per_account, account)).allowed

    async def count(self, network: str, *accounts: str) -> None:
        """Count one failure for the network and each of the accounts."""
        await self.limiter.hit(self.per_network, network)
        for account in accounts:
            await self.limiter.hit(self.per_account, account)

    async def _quotas(self, network: str, accounts: tuple[str, ...]) -> list[Quota]:
        known = [await self.limiter.peek(self.per_network, network)]
        return known + [await self.limiter.peek(self.per_account, account) for account in accounts]


@frozen
class PasswordCheck:
    """Asks for the password again before something that a borrowed session must not do."""

    reader: CredentialsReader
    hasher: PasswordHasher
    failures: Failures

    async def __call__(self, actor: Actor, client: Client, password: str) -> Credentials:
        """Return the actor's credentials. Raises ``WrongPassword`` or ``RateLimited``."""
        credentials = await self.reader.by_id(actor.id)
        if credentials is None:
            raise NotFound
        key = f"recheck:{actor.id}"
        await self.failures.check(client.network, key)
        if not await self.hasher.verify(credentials.password_hash, password):
            await self.failures.count(client.network, key)
            raise WrongPassword
        await self.failures.check(client.network, key)
        return credentials


@frozen
class Mint:
    """Makes ids and tokens; tokens leave it in clear once, and are stored as digests."""

    clock: Clock
    ids: Ids
    secrets: Secrets

    async def session(self, uow: CredentialsUnitOfWork, account_id: str, client: Client) -> str:
        """Begin a session of the account; return its token."""
        token, now = self.secrets.token(), self.clock.now()
        session = Session(
            self.ids.new(),
            account_id,
            client.kind,
            self.secrets.digest(token),
            client.device,
            now,
            client.address,
            last_used_at=now,
        )
        await uow.sessions.add(session)
        return token


async def lock_unchanged(uow: CredentialsUnitOfWork, known: Credentials) -> Credentials:
    """Return the account, locked, that was read and whose password was checked before the transaction.

    Raises ``Contention`` if the password is another one by now (or hashed anew): check it again.
    """
    present = await uow.credentials.get(known.account_id)
    if present is None or present.password_hash != known.password_hash:
        raise Contention
    return present


async def drop_email_change(uow: CredentialsUnitOfWork, account_id: str) -> None:
    """Forget a change of address that waits, and its links; the account has to be locked."""
    await uow.email_links.remove_change(account_id)
    await uow.email_links.remove_all(account_id, CHANGING)
