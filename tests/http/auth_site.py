"""A small site with the routes of credentials, for tests."""

from collections.abc import Sequence
from typing import Any

from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer
from attrs import define, field
from pytest_aiohttp.plugin import AiohttpClient

from adapters.http.accounts.credentials import EntranceRoutes, EntranceUseCases
from adapters.http.accounts.credentials_invitations import InvitationRoutes, InvitationUseCases
from adapters.http.accounts.credentials_page import LinkPageRoutes
from adapters.http.accounts.credentials_security import SecurityRoutes, SecurityUseCases
from adapters.http.accounts.credentials_sessions import SessionRoutes, SessionUseCases
from adapters.http.accounts.profile import ProfileRoutes, ProfileUseCases
from adapters.http.application import make_application
from adapters.http.auth import CachedAuthenticator
from adapters.http.kernel import Kernel
from adapters.http.openapi import document
from adapters.http.routing import Route, RouteGroup
from adapters.http.settings import HttpSettings
from platform_core.accounts.use_cases.credentials_signing_in import LogIn, ProveSecondFactor
from tests.accounts import Accounts
from tests.backends import Backend
from tests.credentials import PASSWORD, Desk

API = "/api/v1"


@define
class AuthSite:
    """The site with its back end and its desk, whose relay sends the letters."""

    backend: Backend
    settings: HttpSettings = field(factory=HttpSettings)
    desk: Desk = field(init=False)
    client: TestClient = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.desk = Desk(self.backend)

    async def start(self, aiohttp_client: AiohttpClient) -> "AuthSite":
        """Serve."""
        kernel = Kernel(
            authenticator=CachedAuthenticator(self.desk.authenticate, self.backend.signals),
            limiter=self.desk.limiter,
            idempotency=self.backend.idempotency,
            ids=self.backend.ids,
            position=self.backend.client_events.position,
            cursor_secret=b"the secret of the site",
            settings=self.settings,
        )
        app = make_application(self.groups(), kernel)
        jar = CookieJar(unsafe=True)
        self.client = await aiohttp_client(TestServer(app), cookie_jar=jar)
        return self

    def groups(self) -> Sequence[RouteGroup]:
        """Return the routes."""
        desk, accounts = self.desk, Accounts(self.backend)
        log_in = LogIn(desk.uow, desk.reader, desk.passwords, desk.failures, desk.mint)
        prove = ProveSecondFactor(desk.uow, desk.reader, desk.authenticators, desk.failures, desk.mint)
        return (
            EntranceRoutes(
                EntranceUseCases(accounts.reader, desk.register_account, log_in, prove, desk.end_session)
            ),
            SessionRoutes(
                SessionUseCases(desk.reader, desk.clock, desk.end_session, desk.end_others, desk.create_token)
            ),
            SecurityRoutes(
                SecurityUseCases(
                    reader=desk.reader,
                    forgotten=desk.request_reset,
                    reset=desk.reset_password,
                    change_password=desk.change_password,
                    confirm_address=desk.confirm,
                    request_verification=desk.request_verification,
                    change_email=desk.change_email,
                    stop_change=desk.stop_change,
                    enrol=desk.enrol,
                    confirm_factor=desk.confirm_factor,
                    disable_factor=desk.disable_factor,
                    new_codes=desk.new_codes,
                )
            ),
            InvitationRoutes(InvitationUseCases(desk.reader, desk.invite, desk.revoke_invitation)),
            LinkPageRoutes(),
            ProfileRoutes(ProfileUseCases(accounts.reader, accounts.change_profile)),
        )

    def document(self) -> dict[str, Any]:
        """Return the OpenAPI document of the site."""
        routes: list[Route] = [route for group in self.groups() for route in group.routes()]
        return document(routes, "0")

    async def call(
        self, method: str, path: str, body: Any = None, token: str | None = None, **headers: str
    ) -> tuple[int, Any]:
        """Make a request; return status and decoded body."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        async with self.client.request(method, API + path, json=body, headers=sent) as response:
            content = await response.read()
            return response.status, (await response.json(content_type=None)) if content else None

    async def post(self, path: str, body: Any = None, token: str | None = None, **headers: str) -> Any:
        """Do something that works; return the body."""
        status, answer = await self.call("POST", path, body, token, **headers)
        assert status < 300, answer
        return answer

    async def get(self, path: str, token: str | None = None) -> Any:
        """Read something that is there; return the body."""
        status, answer = await self.call("GET", path, token=token)
        assert status == 200, answer
        return answer

    async def register(self, handle: str = "ada", **given: Any) -> Any:
        """Register somebody; return the answer."""
        wanted = {
            "email": f"{handle}@example.org",
            "password": PASSWORD,
            "handle": handle,
            "display_name": handle.title(),
        }
        return await self.post("/auth/register", {**wanted, **given})

    async def token(self, handle: str = "ada") -> str:
        """Register somebody; return the token."""
        return str((await self.register(handle))["token"])
