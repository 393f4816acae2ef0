"""Log in and out, and tell whose token it is."""

from collections.abc import Mapping, Sequence
from contextlib import suppress

from attrs import frozen

from platform_core.accounts.model.credentials import (
    Credentials,
    InvalidCredentials,
    SignedIn,
    email_address,
)
from platform_core.accounts.model.credentials_factors import (
    CHALLENGE_LASTS,
    Challenge,
    ChallengeOver,
    CodeRefused,
    plain_code,
)
from platform_core.accounts.model.credentials_sessions import (
    NOTED_EVERY,
    Client,
    Entrance,
    Session,
    SessionLifetimes,
)
from platform_core.accounts.ports.credentials import (
    CredentialsReader,
    CredentialsTransactions,
    CredentialsUnitOfWork,
)
from platform_core.accounts.ports.credentials_services import Authenticators
from platform_core.accounts.use_cases.credentials_checks import Failures, Mint, Passwords, lock_unchanged
from platform_core.shared.actor import Actor
from platform_core.shared.clock import Clock
from platform_core.shared.errors import Invalid, Unauthenticated, Unavailable
from platform_core.shared.ids import Secrets

MAX_TOKEN = 200
"""Characters; what is longer is not a token of ours and is not worth a look."""


@frozen
class LogIn:
    """Begin a session with handle or e-mail address and password, or ask for the second factor. Anybody may.

    Whether there is such an account shows neither in words nor in time. Failures are counted twice: under
    what was typed, which is told, and under the account, which is not: a refusal because of the account
    would tell which address belongs to which handle.
    """

    transactions: CredentialsTransactions
    reader: CredentialsReader
    passwords: Passwords
    failures: Failures
    mint: Mint

    async def __call__(self, login: str, password: str, client: Client) -> Entrance:
        login = _spelled(login)
        typed = f"login:{self.mint.secrets.digest(login)}"
        await self.failures.check(client.network, typed)
        credentials = await self.reader.by_login(login)
        known = f"account:{credentials.account_id if credentials else typed}"
        password_hash = credentials.password_hash if credentials else None
        right = await self.passwords.hasher.verify(password_hash, password)
        if await self.failures.exhausted(known) or not right or credentials is None:
            await self.failures.count(client.network, typed, known)
            raise InvalidCredentials
        await self.failures.check(client.network, typed)
        credentials.check_may_sign_in(self.mint.clock.now())
        hashed_again = await self.passwords.hash_again(credentials.password_hash, password)
        return await self._enter(credentials, hashed_again, client)

    async def _enter(self, credentials: Credentials, hashed_again: str | None, client: Client) -> Entrance:
        async with self.transactions() as uow:
            present = await lock_unchanged(uow, credentials)
            present.check_may_sign_in(self.mint.clock.now())
            if hashed_again is not None:
                present.password_hash = hashed_again
                await uow.credentials.put(present)
            factor = await uow.second_factors.get(present.account_id)
            if factor is not None and factor.enabled:
                entrance = await self._challenge(uow, present.account_id)
            else:
                entrance = await _signed_in(uow, self.mint, present.account_id, client)
            await uow.commit()
        return entrance

    async def _challenge(self, uow: CredentialsUnitOfWork, account_id: str) -> Entrance:
        token = self.mint.secrets.token()
        digest, until = self.mint.secrets.digest(token), self.mint.clock.now() + CHALLENGE_LASTS
        await uow.second_factors.add_challenge(Challenge(digest, account_id, until))
        return Entrance(account_id, mfa_token=token)


@frozen
class ProveSecondFactor:
    """Finish a log-in with an authenticator's or a recovery code. Whoever knew the password may."""

    transactions: CredentialsTransactions
    reader: CredentialsReader
    authenticators: Authenticators
    failures: Failures
    mint: Mint

    async def __call__(self, mfa_token: str, code: str, client: Client) -> Entrance:
        digest = self.mint.secrets.digest(mfa_token)
        challenge = await self.reader.challenge(digest, self.mint.clock.now())
        if challenge is None:
            raise ChallengeOver
        account_id = challenge.account_id
        async with self.transactions() as uow:
            # Counting happens under the lock of the account: guesses come one after the other.
            present = await uow.credentials.get(account_id)
            await self.failures.check(client.network, f"mfa:{account_id}")
            if present is None or not await self._accept(uow, account_id, code):
                await self.failures.count(client.network, f"mfa:{account_id}")
                raise CodeRefused
            present.check_may_sign_in(self.mint.clock.now())
            if not await uow.second_factors.end_challenge(digest):
                raise ChallengeOver
            entrance = await _signed_in(uow, self.mint, account_id, client)
            await uow.commit()
        return entrance

    async def _accept(self, uow: CredentialsUnitOfWork, account_id: str, code: str) -> bool:
        factor = await uow.second_factors.get(account_id)
        if factor is None or not factor.enabled:
            return False
        step = self.authenticators.matching_step(factor.secret, code, self.mint.clock.now())
        if factor.accept(step):
            await uow.second_factors.put(factor)
            return True
        digest = self.mint.secrets.digest(plain_code(code))
        return await uow.second_factors.use_recovery_code(account_id, digest)


@frozen
class AuthenticateToken:
    """Tell whose token it is; the account must be one that may act. Satisfies ``Authenticator``.

    Reads one statement; the time of the last use is written at most once a minute.
    """

    reader: CredentialsReader
    transactions: CredentialsTransactions
    clock: Clock
    secrets: Secrets
    lifetimes: SessionLifetimes = SessionLifetimes()

    async def __call__(self, token: str) -> Actor:
        if not _may_be_token(token):
            raise Unauthenticated
        standing = await self.reader.standing(self.secrets.digest(token))
        now = self.clock.now()
        actor = standing.actor(now, self.lifetimes) if standing else None
        if standing is None or actor is None:
            raise Unauthenticated
        if standing.session.is_use_to_note(now):
            # A full or busy database must not lock out those who only read.
            with suppress(Unavailable):
                await self._note(standing.session)
        return actor

    async def _note(self, session: Session) -> None:
        now = self.clock.now()
        async with self.transactions() as uow:
            await uow.sessions.note_use(session.id, now, now - NOTED_EVERY)
            await uow.commit()


@frozen
class AuthenticateTokens:
    """Tell whose tokens they are, many at once, without noting a use: for sockets that stay open."""

    reader: CredentialsReader
    clock: Clock
    secrets: Secrets
    lifetimes: SessionLifetimes = SessionLifetimes()

    async def __call__(self, tokens: Sequence[str]) -> Mapping[str, Actor]:
        """Return the actor of each token that is good; the others are absent."""
        digests = {token: self.secrets.digest(token) for token in tokens if _may_be_token(token)}
        standings = await self.reader.standings(list(digests.values()))
        now = self.clock.now()
        found = {token: standings.get(digest) for token, digest in digests.items()}
        actors = {token: known.actor(now, self.lifetimes) for token, known in found.items() if known}
        return {token: actor for token, actor in actors.items() if actor is not None}


def _spelled(login: str) -> str:
    """Return the spelling that a handle or an address is kept in."""
    try:
        return email_address(login) if "@" in login else login.strip().lower()
    except Invalid:
        return login.strip().lower()


async def _signed_in(uow: CredentialsUnitOfWork, mint: Mint, account_id: str, client: Client) -> Entrance:
    token = await mint.session(uow, account_id, client)
    await uow.outbox.record(SignedIn(account_id), f"account:{account_id}")
    return Entrance(account_id, token)


def _may_be_token(token: str) -> bool:
    return token.isascii() and len(token) <= MAX_TOKEN
