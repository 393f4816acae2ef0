"""Routes of registration and log-in."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from attrs import frozen
from msgspec import Meta

from adapters.http.accounts.credentials_views import (
    Holder,
    Password,
    RegisteredView,
    Secret,
    SignedInView,
    client_of,
    entered,
)
from adapters.http.call import Answer, Call, SessionCookie
from adapters.http.routing import Gate, Route, post
from adapters.wire.inputs import Email, Input
from platform_core.accounts.model.credentials import (
    MAX_EMAIL,
    AccountPending,
    AccountSuspended,
    EmailTaken,
    HandleTaken,
    InvalidCredentials,
)
from platform_core.accounts.model.credentials_factors import ChallengeOver, CodeRefused
from platform_core.accounts.model.credentials_registering import (
    InvalidInvitation,
    Registration,
    RegistrationClosed,
)
from platform_core.accounts.model.credentials_sessions import Entrance, SessionLifetimes
from platform_core.accounts.model.profile import MAX_DISPLAY_NAME
from platform_core.accounts.ports.profile import AccountReader
from platform_core.accounts.use_cases.credentials_registering import RegisterAccount
from platform_core.accounts.use_cases.credentials_sessions import EndSession
from platform_core.accounts.use_cases.credentials_signing_in import LogIn, ProveSecondFactor
from platform_core.shared.actor import Scope
from platform_core.shared.errors import RateLimited
from platform_core.shared.limits import Rate


class RegistrationInput(Input, frozen=True):
    """Who wants an account; ``birth_date`` and ``invitation`` where the operator asks for them."""

    email: Email
    password: Password
    handle: Annotated[str, Meta(min_length=1, max_length=30)]
    display_name: Annotated[str, Meta(min_length=1, max_length=MAX_DISPLAY_NAME)]
    birth_date: date | None = None
    invitation: Secret | None = None
    session: Holder = "bearer"


class LoginInput(Input, frozen=True):
    """Who wants in: handle or e-mail address, and password."""

    login: Annotated[str, Meta(min_length=1, max_length=MAX_EMAIL)]
    password: Password
    session: Holder = "bearer"


class CodeInput(Input, frozen=True):
    """The second step of a log-in: a code of the authenticator, or a recovery code."""

    mfa_token: Secret
    code: Secret
    session: Holder = "bearer"


@frozen
class EntranceUseCases:
    """What the routes of registration and log-in call."""

    accounts: AccountReader
    register: RegisterAccount
    log_in: LogIn
    prove: ProveSecondFactor
    end_session: EndSession


@frozen
class EntranceRoutes:
    """The ways in, and the way out."""

    use: EntranceUseCases
    lifetimes: SessionLifetimes = SessionLifetimes()
    registering: Rate = Rate("registering", 500, 3_600)

    def routes(self) -> Sequence[Route]:
        """Return the routes."""
        signs_in: dict[str, Any] = {"gate": Gate.OPEN, "answer": SignedInView}
        refused = (AccountPending, AccountSuspended, RateLimited)
        return (
            post(
                "/auth/register",
                self.register,
                gate=Gate.OPEN,
                body=RegistrationInput,
                answer=RegisteredView,
                status=201,
                also=(202,),
                limit=self.registering,
                raises=(EmailTaken, HandleTaken, InvalidInvitation, RegistrationClosed),
            ),
            post(
                "/auth/login",
                self.log_in,
                body=LoginInput,
                raises=(InvalidCredentials, *refused),
                **signs_in,
            ),
            post(
                "/auth/mfa",
                self.prove,
                body=CodeInput,
                raises=(ChallengeOver, CodeRefused, *refused),
                **signs_in,
            ),
            post("/auth/logout", self.log_out, scope=Scope.ACCOUNTS_WRITE, gate=Gate.PERSON),
        )

    async def register(self, call: Call) -> Answer:
        """Make an account and sign it in; where the operator has to approve it, answer 202."""
        body = call.body
        asked = (body.email, body.handle, body.display_name, body.birth_date, body.invitation)
        client = client_of(call, body.session)
        entrance = await self.use.register(Registration(*asked), body.password, client)
        if entrance.token is None:
            return Answer(RegisteredView(state="pending"), 202)
        account = await self.use.accounts.me(entrance.account_id)
        return entered(RegisteredView, entrance.token, account, body.session, self.lifetimes)

    async def log_in(self, call: Call) -> Answer:
        """Begin a session, or ask for the second factor with an ``mfa_token``.

        Words and time are the same whether or not there is such an account.
        """
        body = call.body
        entrance = await self.use.log_in(body.login, body.password, client_of(call, body.session))
        return await self._signed_in(entrance, body.session)

    async def prove(self, call: Call) -> Answer:
        """Finish a log-in with a code of the authenticator or a recovery code; each is good once."""
        body = call.body
        entrance = await self.use.prove(body.mfa_token, body.code, client_of(call, body.session))
        return await self._signed_in(entrance, body.session)

    async def log_out(self, call: Call) -> Answer:
        """End the session; its sockets close."""
        await self.use.end_session(call.actor)
        by_cookie = "Authorization" not in call.request.headers
        return Answer(cookie=SessionCookie() if by_cookie else None)

    async def _signed_in(self, entrance: Entrance, holder: Holder) -> Answer:
        if entrance.token is None:
            return Answer(SignedInView(mfa_token=entrance.mfa_token or ""))
        account = await self.use.accounts.me(entrance.account_id)
        return entered(SignedInView, entrance.token, account, holder, self.lifetimes)
