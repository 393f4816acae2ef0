"""End sessions, make and revoke access tokens, clear away what has ended."""

from attrs import frozen

from platform_core.accounts.model.credentials_sessions import (
    MAX_ACCESS_TOKENS,
    AccessTokenRequest,
    Client,
    NewAccessToken,
    Session,
    SessionKind,
    SessionLifetimes,
    TooManyAccessTokens,
)
from platform_core.accounts.ports.credentials import CredentialsTransactions
from platform_core.accounts.use_cases.credentials_checks import Mint, PasswordCheck
from platform_core.shared.actor import Actor
from platform_core.shared.clock import Clock
from platform_core.shared.signals import Topic


@frozen
class EndSession:
    """End one of the actor's sessions or access tokens, the present one by default: that is to log out.

    Its sockets close. What is not there has ended already.
    """

    transactions: CredentialsTransactions

    async def __call__(self, actor: Actor, session_id: str | None = None) -> None:
        ended = session_id or actor.session_id
        async with self.transactions() as uow:
            if ended is not None and await uow.sessions.remove(actor.id, ended):
                uow.wake(Topic.ACCESS, [actor.id])
                await uow.commit()


@frozen
class EndOtherSessions:
    """End all of the actor's sessions but the present one; access tokens stay."""

    transactions: CredentialsTransactions

    async def __call__(self, actor: Actor) -> None:
        async with self.transactions() as uow:
            await uow.sessions.remove_sessions(actor.id, keep=actor.session_id)
            uow.wake(Topic.ACCESS, [actor.id])
            await uow.commit()


@frozen
class CreateAccessToken:
    """Make a personal access token with some of the actor's own scopes. Asks for the password."""

    transactions: CredentialsTransactions
    check: PasswordCheck
    mint: Mint

    async def __call__(
        self, actor: Actor, client: Client, password: str, wanted: AccessTokenRequest
    ) -> NewAccessToken:
        now = self.mint.clock.now()
        wanted.check(actor, now)
        await self.check(actor, client, password)
        token = self.mint.secrets.token()
        session = Session(
            self.mint.ids.new(),
            actor.id,
            SessionKind.ACCESS_TOKEN,
            self.mint.secrets.digest(token),
            wanted.name.strip(),
            now,
            scopes=wanted.scopes,
            expires_at=wanted.expires_at,
        )
        async with self.transactions() as uow:
            await uow.credentials.get(actor.id)
            if await uow.sessions.count_access_tokens(actor.id) >= MAX_ACCESS_TOKENS:
                raise TooManyAccessTokens
            await uow.sessions.add(session)
            await uow.commit(session.id)
        return NewAccessToken(token, session.token_view())


@frozen
class ForgetEnded:
    """Clear away sessions, log-ins and links whose time is over. The worker does, now and then."""

    transactions: CredentialsTransactions
    clock: Clock
    lifetimes: SessionLifetimes = SessionLifetimes()

    async def __call__(self) -> None:
        now = self.clock.now()
        async with self.transactions() as uow:
            await uow.sessions.remove_ended(now, self.lifetimes)
            await uow.second_factors.remove_ended(now)
            await uow.email_links.remove_ended(now)
            await uow.commit()
