"""A small site with the routes of accounts, for tests: whose token it is stands in the token."""

from collections.abc import Sequence
from typing import Any

from aiohttp.test_utils import TestClient, TestServer
from attrs import define, field
from pytest_aiohttp.plugin import AiohttpClient

from adapters.http.accounts.admin import AdminRoutes, AdminUseCases
from adapters.http.accounts.graph import GraphRoutes, GraphUseCases
from adapters.http.accounts.graph_lists import GraphListRoutes
from adapters.http.accounts.profile import ProfileRoutes, ProfileUseCases
from adapters.http.application import make_application
from adapters.http.cards import CardRoutes
from adapters.http.kernel import Kernel
from adapters.http.routing import RouteGroup
from adapters.http.settings import HttpSettings
from adapters.limits.in_process import InProcessRateLimiter
from platform_core.accounts.use_cases.graph_distance import (
    BlockAccount,
    MuteAccount,
    UnblockAccount,
    UnmuteAccount,
)
from platform_core.accounts.use_cases.graph_follows import (
    ApproveFollowRequest,
    FollowAccount,
    RejectFollowRequest,
    RemoveFollower,
    UnfollowAccount,
)
from platform_core.shared.actor import Actor, Role, Scope
from platform_core.shared.errors import Unauthenticated
from tests.accounts import Accounts
from tests.backends import Backend

API = "/api/v1"


@define
class Site:
    """The site with its back end; requests are made as an account, or as nobody."""

    backend: Backend
    settings: HttpSettings = field(factory=HttpSettings)
    unread: int = 0
    accounts: Accounts = field(init=False)
    client: TestClient = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.accounts = Accounts(self.backend)

    async def start(self, aiohttp_client: AiohttpClient) -> "Site":
        """Serve."""
        kernel = Kernel(
            authenticator=self._authenticate,
            limiter=InProcessRateLimiter(),
            idempotency=self.backend.idempotency,
            ids=self.backend.ids,
            position=self.backend.client_events.position,
            cursor_secret=b"the secret of the site",
            settings=self.settings,
        )
        self.client = await aiohttp_client(TestServer(make_application(self._groups(), kernel)))
        return self

    def _groups(self) -> Sequence[RouteGroup]:
        accounts, backend = self.accounts, self.backend
        uow, ids = backend.uow, backend.ids
        graph = GraphUseCases(
            accounts.reader,
            FollowAccount(uow, ids),
            UnfollowAccount(uow),
            RemoveFollower(uow),
            ApproveFollowRequest(uow, ids),
            RejectFollowRequest(uow),
            BlockAccount(uow, ids),
            UnblockAccount(uow),
            MuteAccount(uow, backend.clock, ids),
            UnmuteAccount(uow),
        )
        return (
            ProfileRoutes(ProfileUseCases(accounts.reader, accounts.change_profile)),
            GraphListRoutes(accounts.graph, self._unread),
            GraphRoutes(graph),
            AdminRoutes(AdminUseCases(accounts.admin, accounts.change_standing)),
            CardRoutes(accounts.reader, backend.posts, "https://site.example", self.settings.public_reads),
        )

    async def _unread(self, account_id: str) -> int:
        return self.unread

    async def _authenticate(self, token: str) -> Actor:
        role, _, account_id = token.partition(":")
        if not account_id:
            raise Unauthenticated
        return Actor(account_id, Role(role), frozenset(Scope), session_id="s")

    async def call(
        self,
        method: str,
        path: str,
        who: str | None = None,
        role: str = "member",
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> tuple[int, Any]:
        """Make a request; return status and decoded body."""
        sent = {**(headers or {}), **({"Authorization": f"Bearer {role}:{who}"} if who else {})}
        async with self.client.request(method, API + path, headers=sent, **options) as response:
            body = await response.read()
            return response.status, (await response.json(content_type=None)) if body else None

    async def get(self, path: str, who: str | None = None, **options: Any) -> Any:
        """Read something that is there; return its body."""
        status, body = await self.call("GET", path, who, **options)
        assert status == 200, body
        return body

    async def answer(
        self, method: str, path: str, who: str | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Make a request with a fixed id; return status, headers and bytes, to be compared."""
        headers = {"X-Request-Id": "the-same", **({"Authorization": f"Bearer member:{who}"} if who else {})}
        async with self.client.request(method, API + path, headers=headers) as response:
            kept = {name: value for name, value in response.headers.items() if name != "Date"}
            return response.status, kept, await response.read()
