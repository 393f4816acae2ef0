"""People who use the product by its public interface: HTTP with aiohttp, Socket.IO with the Python client."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Self

import pytest
import socketio
from aiohttp import ClientSession
from attrs import define, field, frozen

from tests.e2e.served import PATIENCE, Program, Site

BASE = "/api/v1"
PASSWORD = "quiet harbour lantern 42"
A_SECOND = 1.5
"""What "within a second" is measured with, on a machine that runs other tests meanwhile."""
_numbers = itertools.count(1)


@frozen
class Reply:
    """What a request was answered with."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def ok(self) -> Any:
        """The body of an answer that is no refusal."""
        assert self.status < 300, (self.status, self.body)
        return self.body

    @property
    def items(self) -> list[Any]:
        """The items of a list."""
        return list(self.ok["items"])


@frozen
class Heard:
    """One event that a socket received."""

    name: str
    data: Any
    at: float


class Ear:
    """An open socket that writes down what it hears."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.io = socketio.AsyncClient(reconnection=False)
        self.io.on("*", self._event)
        self._news = asyncio.Event()

    @property
    def open(self) -> bool:
        """Whether the connection stands."""
        return bool(self.io.connected)

    @property
    def last_event_id(self) -> str:
        """The id of the last durable event that was heard."""
        return max((heard.data["event_id"] for heard in self.durable()), key=int)

    def durable(self) -> list[Heard]:
        """Return the events that carry an id, in the order of their arrival."""
        return [heard for heard in self.heard if isinstance(heard.data, dict) and "event_id" in heard.data]

    def named(self, name: str) -> list[Any]:
        """Return the data of all events of that name."""
        return [heard.data for heard in self.heard if heard.name == name]

    async def hears(
        self, name: str, where: Callable[[Any], bool] = lambda _: True, seconds: float = PATIENCE
    ) -> Any:
        """Wait for an event of that name; return its data. What was heard already counts."""
        async with asyncio.timeout(seconds):
            while True:
                for data in self.named(name):
                    if where(data):
                        return data
                self._news.clear()
                await self._news.wait()

    async def closes(self, seconds: float = PATIENCE) -> float:
        """Wait until the server has closed the connection; return how long that took."""
        began = time.monotonic()
        async with asyncio.timeout(seconds):
            while self.open:  # noqa: ASYNC110 (the client has no event for it)
                await asyncio.sleep(0.01)
        return time.monotonic() - began

    async def call(self, name: str, data: Any) -> Any:
        """Send an event; return its acknowledgement."""
        return await self.io.call(name, data, timeout=PATIENCE)

    async def close(self) -> None:
        """Go away."""
        await self.io.disconnect()
        await self.io.shutdown()
        if self.io.eio.http is not None and not self.io.eio.http.closed:
            await self.io.eio.http.close()

    async def _event(self, name: str, *arguments: Any) -> None:
        self.heard.append(Heard(name, arguments[0] if arguments else None, time.monotonic()))
        self._news.set()


@define
class Person:
    """Somebody who is signed in at one process; of its own address, as far as the server can tell."""

    at: Program
    http: ClientSession
    token: str = ""
    account: dict[str, Any] = field(factory=dict)
    address: str = field(factory=lambda: _address())
    ears: list[Ear] = field(factory=list)

    @property
    def id(self) -> str:
        """The account's id."""
        return str(self.account["id"])

    @property
    def handle(self) -> str:
        """The account's handle."""
        return str(self.account["handle"])

    @property
    def email(self) -> str:
        """The account's address."""
        return f"{self.handle}@example.org"

    async def ask(
        self, method: str, path: str, json: Any = None, headers: Mapping[str, str] | None = None, **query: Any
    ) -> Reply:
        """Send a request under the base path, or outside of it for a path with a leading `//`."""
        url = self.at.url + (path[1:] if path.startswith("//") else BASE + path)
        sent = {"X-Forwarded-For": self.address, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        async with self.http.request(method, url, json=json, headers=sent, params=query) as answer:
            is_json = "json" in answer.content_type
            body = await answer.json(content_type=None) if is_json else await answer.text()
            return Reply(answer.status, body, dict(answer.headers))

    async def get(self, path: str, **query: Any) -> Reply:
        """Read."""
        return await self.ask("GET", path, **query)

    async def post(self, path: str, json: Any = None, **headers: str) -> Reply:
        """Make; keyword arguments are headers, with `_` for `-`."""
        return await self.ask("POST", path, json, {k.replace("_", "-"): v for k, v in headers.items()})

    async def put(self, path: str, json: Any = None) -> Reply:
        """Make it so."""
        return await self.ask("PUT", path, json)

    async def patch(self, path: str, json: Any) -> Reply:
        """Change."""
        return await self.ask("PATCH", path, json)

    async def delete(self, path: str) -> Reply:
        """Make it not so."""
        return await self.ask("DELETE", path)

    async def all(self, path: str, **query: Any) -> list[Any]:
        """Return a whole list, page by page."""
        items: list[Any] = []
        more: dict[str, Any] = {}
        while True:
            page = (await self.get(path, **{"limit": 100, **query, **more})).ok
            items += page["items"]
            if page["next_cursor"] is None:
                return items
            more = {"cursor": page["next_cursor"]}

    async def events(self, after: str = "0") -> list[dict[str, Any]]:
        """Return all durable events of the account after one of them, without a socket."""
        items: list[dict[str, Any]] = []
        while True:
            page = (await self.get("/events", after=after)).ok
            if page["next_after"] == after:
                return items
            items += page["items"]
            after = page["next_after"]

    async def listen(self, **auth: Any) -> Ear:
        """Open a socket at the person's process; `last_event_id=` continues where another one was left."""
        ear = Ear()
        self.ears.append(ear)
        await ear.io.connect(
            self.at.url,
            auth={"token": self.token, **auth},
            headers={"X-Forwarded-For": self.address},
            transports=["websocket"],
            wait_timeout=PATIENCE,
        )
        return ear

    async def publish(self, text: str, **more: Any) -> str:
        """Publish a post; return its id."""
        return str((await self.post("/posts", {"text": text, **more})).ok["id"])

    async def follow(self, other: "Person") -> None:
        """Follow somebody."""
        (await self.put(f"/accounts/{other.id}/follow", {})).ok  # noqa: B018 (asserts)

    async def close(self) -> None:
        """Close all connections."""
        for ear in self.ears:
            await ear.close()
        await self.http.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.close()


class People:
    """Those who come to a site in one test; they leave when it ends."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.present: list[Person] = []

    def anybody(self, at: Program | None = None) -> Person:
        """Return somebody who is not signed in."""
        person = Person(at or self.site.here, ClientSession())
        self.present.append(person)
        return person

    async def register(self, name: str, at: Program | None = None) -> Person:
        """Return somebody new; the handle begins with `name`, the address is not verified yet."""
        person = self.anybody(at)
        handle = f"{name}_{next(_numbers)}_{time.time_ns() % 10**9:x}"
        wanted = {
            "email": f"{handle}@example.org",
            "password": PASSWORD,
            "handle": handle,
            "display_name": name.title(),
        }
        entered = (await person.post("/auth/register", wanted)).ok
        person.token, person.account = entered["token"], entered["account"]
        return person

    async def several(self, amount: int, name: str = "guest") -> list[Person]:
        """Return as many new people, spread over the processes."""
        places = itertools.cycle((self.site.here, self.site.there))
        return [await self.register(f"{name}{n}", next(places)) for n in range(amount)]

    async def sign_in(self, person: Person, at: Program) -> Person:
        """Return the same person with a further session at another process."""
        again = self.anybody(at)
        entered = (await again.post("/auth/login", {"login": person.handle, "password": PASSWORD})).ok
        again.token, again.account = entered["token"], entered["account"]
        return again

    async def leave(self) -> None:
        """Close everybody's connections."""
        for person in self.present:
            await person.close()


@pytest.fixture
async def people(site: Site) -> AsyncIterator[People]:
    """The people who come to the site in this test."""
    present = People(site)
    yield present
    await present.leave()


async def eventually(condition: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """Ask again and again until the answer is true; return it. For what nobody is told of."""
    async with asyncio.timeout(seconds):
        while True:
            answer = await condition()
            if answer:
                return answer
            await asyncio.sleep(0.05)


def about(post_id: str) -> Callable[[Any], bool]:
    """Return the question whether an event is about a post."""
    return lambda data: bool(data["post_id"] == post_id)


def _address() -> str:
    number = next(_numbers)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
