"""Routes of one's own sessions and personal access tokens."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from attrs import frozen
from msgspec import Meta

from adapters.http.accounts.credentials_views import Password, client_of
from adapters.http.call import Call
from adapters.http.routing import Gate, Route, delete, get, post
from adapters.wire.inputs import Input, Moment
from platform_core.accounts.model.credentials import WrongPassword
from platform_core.accounts.model.credentials_sessions import (
    MAX_TOKEN_NAME,
    AccessTokenRequest,
    AccessTokenView,
    NewAccessToken,
    SessionLifetimes,
    SessionView,
    TooManyAccessTokens,
)
from platform_core.accounts.ports.credentials import CredentialsReader
from platform_core.accounts.use_cases.credentials_sessions import (
    CreateAccessToken,
    EndOtherSessions,
    EndSession,
)
from platform_core.shared.actor import Scope
from platform_core.shared.clock import Clock
from platform_core.shared.errors import RateLimited
from platform_core.shared.pagination import Page


class AccessTokenInput(Input, frozen=True):
    """A token for a program of one's own: a name, scopes among one's own, an end if wanted."""

    name: Annotated[str, Meta(min_length=1, max_length=MAX_TOKEN_NAME)]
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=50)]
    password: Password
    expires_at: Moment | None = None


@frozen
class SessionUseCases:
    """What the routes of sessions and access tokens call."""

    reader: CredentialsReader
    clock: Clock
    end: EndSession
    end_others: EndOtherSessions
    create_token: CreateAccessToken


@frozen
class SessionRoutes:
    """Sessions and personal access tokens."""

    use: SessionUseCases
    lifetimes: SessionLifetimes = SessionLifetimes()

    def routes(self) -> Sequence[Route]:
        """Return lists, then what makes and ends."""
        reads: dict[str, Any] = {"scope": Scope.ACCOUNTS_READ, "gate": Gate.PERSON}
        writes: dict[str, Any] = {"scope": Scope.ACCOUNTS_WRITE, "gate": Gate.PERSON}
        return (
            get("/auth/sessions", self.sessions, answer=Page[SessionView], **reads),
            get("/auth/tokens", self.tokens, answer=Page[AccessTokenView], **reads),
            post(
                "/auth/tokens",
                self.create_token,
                body=AccessTokenInput,
                answer=NewAccessToken,
                status=201,
                raises=(WrongPassword, TooManyAccessTokens, RateLimited),
                **writes,
            ),
            delete("/auth/sessions", self.end_others, **writes),
            delete("/auth/sessions/{session_id}", self.end_session, **writes),
            delete("/auth/tokens/{token_id}", self.revoke_token, **writes),
        )

    async def sessions(self, call: Call) -> Page[SessionView]:
        """List one's sessions, newest first."""
        who = (call.actor.id, call.actor.session_id)
        return await self.use.reader.sessions(*who, self._now(), self.lifetimes, call.page)

    async def tokens(self, call: Call) -> Page[AccessTokenView]:
        """List one's personal access tokens, newest first."""
        return await self.use.reader.access_tokens(call.actor.id, call.page)

    async def create_token(self, call: Call) -> NewAccessToken:
        """Make a personal access token; it is shown this once."""
        body = call.body
        wanted = AccessTokenRequest(body.name, frozenset(map(str, body.scopes)), body.expires_at)
        return await self.use.create_token(call.actor, client_of(call), body.password, wanted)

    async def end_others(self, call: Call) -> None:
        """Log out everywhere else; access tokens stay."""
        await self.use.end_others(call.actor)

    async def end_session(self, call: Call) -> None:
        """End one session."""
        await self.use.end(call.actor, call.path["session_id"])

    async def revoke_token(self, call: Call) -> None:
        """Revoke a personal access token."""
        await self.use.end(call.actor, call.path["token_id"])

    def _now(self) -> datetime:
        return self.use.clock.now()
