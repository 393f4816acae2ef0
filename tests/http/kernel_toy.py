"""A small interface over notes, to see what the kernel makes of requests whatever the context."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from aiohttp import web
from aiohttp.test_utils import TestServer
from attrs import evolve, frozen
from msgspec import UNSET, Meta, UnsetType

from adapters.http.application import make_application
from adapters.http.auth import CachedAuthenticator
from adapters.http.call import Answer, Call, SessionCookie
from adapters.http.docs import DocsRoutes
from adapters.http.kernel import Kernel
from adapters.http.routing import Gate, Route, delete, get, patch, post, put
from adapters.http.server import BoundedRunner
from adapters.http.settings import HttpSettings
from adapters.http.system import InstanceView, Readiness, SystemRoutes
from adapters.limits.in_process import InProcessRateLimiter
from adapters.memory.idempotency import MemoryIdempotencyKeys, mark_claim
from adapters.memory.store import MemoryStore, Staged
from adapters.system.clock import SystemClock
from adapters.system.ids import UuidV7Ids
from adapters.wire.inputs import Id, Input
from platform_core.shared.actor import Actor, Role, Scope
from platform_core.shared.errors import (
    Conflict,
    Contention,
    DomainError,
    Forbidden,
    NotFound,
    PaymentRequired,
    Stale,
    Unauthenticated,
    Unavailable,
)
from platform_core.shared.limits import Rate
from platform_core.shared.pagination import Keyed, Page, page_of
from platform_core.shared.signals import Listener, Topic

ALL = frozenset(Scope)
ACTORS = {
    "ada": Actor("ada", Role.MEMBER, ALL, "session-1"),
    "grace": Actor("grace", Role.MEMBER, ALL, "session-2"),
    "reader": Actor("ada", Role.MEMBER, frozenset({Scope.POSTS_READ}), None),
    "script": Actor("ada", Role.MEMBER, ALL, None),
    "moderator": Actor("mo", Role.MODERATOR, ALL, "session-3"),
    "administrator": Actor("root", Role.ADMINISTRATOR, ALL, "session-4"),
}
MISSING = "0190e2c4-0000-7000-8000-000000000000"
BUSY = Rate("notes", 5, 60)


class NoteNotFound(NotFound):
    """A note that is not there must look like anything else that is not there."""

    code = "note_not_found"
    detail = "There is no such note."


class TitleTaken(Conflict):
    """Another note has that text."""

    code = "text_taken"


@frozen
class NoteView:
    """A note."""

    id: str
    text: str
    tags: tuple[str, ...] = ()
    revision: int = 1


class NoteInput(Input, frozen=True):
    """What a note is made of."""

    text: Annotated[str, Meta(min_length=1, max_length=50)]
    tags: Annotated[list[Annotated[str, Meta(max_length=10)]], Meta(max_length=3)] = []


class NoteChange(Input, frozen=True):
    """What of a note changes."""

    text: Annotated[str, Meta(min_length=1, max_length=50)] | UnsetType = UNSET


class NoteFilter(Input, frozen=True):
    """Which notes to list."""

    tag: str | None = None
    id: Annotated[list[Id], Meta(max_length=100)] = []


class Mood(Input, frozen=True):
    """A body that may be left out."""

    mood: Annotated[str, Meta(max_length=10)] = "calm"


class Notes:
    """Notes in memory, with the routes of every kind that the kernel knows."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.ids = UuidV7Ids(SystemClock())
        self.calls: list[Call] = []
        self.made = 0
        self.contentions = 0
        self.pause = asyncio.Event()
        self.pause.set()
        self.crash_while_rendering = False
        self.raising: type[Exception] = DomainError

    def routes(self) -> Sequence[Route]:
        read, write = Scope.POSTS_READ, Scope.POSTS_WRITE
        return (
            get("/notes", self.index, scope=read, gate=Gate.PUBLIC, query=NoteFilter, answer=Page[NoteView]),
            get("/plain", self.plain, scope=read, gate=Gate.PUBLIC, answer=Page[NoteView]),
            get("/notes/{note_id}", self.show, scope=read, gate=Gate.PUBLIC, answer=NoteView),
            get("/tags/{tag}", self.tag, scope=read, answer=NoteView),
            post(
                "/notes",
                self.create,
                scope=write,
                body=NoteInput,
                answer=NoteView,
                status=201,
                then=self.made_note,
                raises=(TitleTaken, PaymentRequired),
            ),
            post("/notes/{note_id}/pings", self.ping, scope=write),
            patch(
                "/notes/{note_id}",
                self.change,
                scope=write,
                body=NoteChange,
                answer=NoteView,
                current=self.show,
            ),
            put("/notes/{note_id}/mood", self.mood, scope=write, body=Mood),
            delete("/notes/{note_id}", self.remove, scope=write),
            get("/person", self.nothing, scope=read, gate=Gate.PERSON),
            get("/moderation", self.nothing, scope=read, gate=Gate.MODERATOR),
            get("/administration", self.nothing, scope=Scope.ADMIN, gate=Gate.ADMINISTRATOR),
            get("/raises", self.raises, scope=read),
            get("/limited", self.nothing, scope=read, limit=BUSY),
            post("/auth/session", self.sign_in, gate=Gate.OPEN, body=Mood, answer=NoteView, limit=BUSY),
        )

    @property
    def rows(self) -> dict[str, NoteView]:
        return self.store.table("notes")

    async def index(self, call: Call) -> Page[NoteView]:
        """List notes, newest first.

        With a tag: those that carry it.
        """
        self.calls.append(call)
        newer = call.page.after is not None
        keys = sorted(self.rows, reverse=not newer)
        if call.page.before is not None:
            keys = [key for key in keys if key < call.page.before]
        if call.page.after is not None:
            keys = [key for key in keys if key > call.page.after]
        notes = [self.rows[key] for key in keys]
        tag = call.query.tag if call.query else None
        rows = [Keyed(note.id, note) for note in notes if tag in (None, *note.tags)]
        return page_of(rows[: call.page.limit + 1], call.page)

    async def plain(self, call: Call) -> Page[NoteView]:
        """List all notes, newest first."""
        return await self.index(call)

    async def show(self, call: Call) -> NoteView:
        """Show a note."""
        self.calls.append(call)
        note = self.rows.get(call.path["note_id"])
        if note is None:
            raise NoteNotFound
        return note

    async def tag(self, call: Call) -> NoteView:
        """Show the tag of the path as a note."""
        return NoteView("", call.path["tag"])

    async def create(self, call: Call) -> str:
        """Make a note."""
        self.calls.append(call)
        await self.pause.wait()
        if self.contentions:
            self.contentions -= 1
            raise Contention
        if any(note.text == call.body.text for note in self.rows.values()):
            raise TitleTaken
        staged, note_id = Staged(self.store), self.ids.new()
        staged.table("notes")[note_id] = NoteView(note_id, call.body.text, tuple(call.body.tags))
        mark_claim(staged, note_id)
        staged.commit()
        self.made += 1
        return note_id

    async def made_note(self, call: Call, note_id: str) -> NoteView:
        """Render the note that was made."""
        if self.crash_while_rendering:
            raise RuntimeError("the process dies here")
        return self.rows[note_id]

    async def ping(self, call: Call) -> None:
        """Count."""
        staged = Staged(self.store)
        mark_claim(staged, "")
        staged.commit()
        self.made += 1

    async def change(self, call: Call) -> NoteView:
        """Change a note."""
        self.calls.append(call)
        note = await self.show(call)
        if call.if_revision not in (None, note.revision):
            raise Stale
        text = note.text if call.body.text is UNSET else call.body.text
        self.rows[note.id] = evolve(note, text=text, revision=note.revision + 1)
        return self.rows[note.id]

    async def mood(self, call: Call) -> None:
        """Set a mood."""
        self.calls.append(call)

    async def remove(self, call: Call) -> None:
        """Remove a note, if it is there."""
        self.rows.pop(call.path["note_id"], None)

    async def nothing(self, call: Call) -> None:
        """Do nothing."""
        self.calls.append(call)

    async def raises(self, call: Call) -> None:
        """Raise what the test says."""
        raise self.raising

    async def sign_in(self, call: Call) -> Answer:
        """Hand out a cookie."""
        self.calls.append(call)
        note = NoteView("", call.body.mood)
        return Answer(note, headers={"X-Mood": "calm"}, cookie=SessionCookie("ada", 3600))


class Bell:
    """Signals within the test."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []
        self.gaps: list[Any] = []

    async def publish(self, topic: Topic, account_ids: Iterable[str] = ()) -> None:
        for listener in self.listeners:
            listener(frozenset(account_ids))

    def subscribe(self, topic: Topic, listener: Listener) -> None:
        self.listeners.append(listener)

    def on_gap(self, listener: Any) -> None:
        self.gaps.append(listener)


async def authenticate(token: str) -> Actor:
    """Know the tokens of the toy."""
    if token not in ACTORS:
        raise Unauthenticated
    return ACTORS[token]


class Toy:
    """The toy with all its parts in reach of the test."""

    def __init__(self, **settings: Any) -> None:
        self.notes = Notes()
        self.bell = Bell()
        self.readiness = Readiness()
        self.events = 7
        self.observed: list[tuple[str, int]] = []
        self.settings = HttpSettings(**settings)
        clock = SystemClock()
        kernel = Kernel(
            authenticator=CachedAuthenticator(authenticate, self.bell),
            limiter=InProcessRateLimiter(),
            idempotency=MemoryIdempotencyKeys(self.notes.store, clock),
            ids=UuidV7Ids(clock),
            position=self.position,
            cursor_secret=b"the secret of the toy",
            settings=self.settings,
            observe=lambda route, status, seconds: self.observed.append((route.name, status)),
        )
        instance = InstanceView(
            "Toy", "1.2.3", 1, "open", True, {"live": False}, {"text": 50}, ("websocket",)
        )
        groups = (SystemRoutes(instance, self.readiness), DocsRoutes(), self.notes)
        self.app = make_application(groups, kernel)

    async def position(self, account_id: str) -> int:
        return self.events

    def note(self, text: str = "hello", *tags: str) -> NoteView:
        """Put a note there."""
        note = NoteView(self.notes.ids.new(), text, tags)
        self.notes.rows[note.id] = note
        return note

    def server(self) -> "ToyServer":
        """Return a server to be started by the test's client."""
        return ToyServer(self)


class ToyServer(TestServer):
    """Serves the toy through the connections that the product uses."""

    def __init__(self, toy: Toy) -> None:
        super().__init__(toy.app)
        self._toy = toy

    async def _make_runner(self, **options: Any) -> web.BaseRunner:
        return BoundedRunner(self._toy.app, self._toy.settings, handle_signals=False)


def bearer(token: str = "ada", **headers: str) -> dict[str, str]:
    """Return the headers of a request with a token; underscores in names stand for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"Authorization": f"Bearer {token}", **named}


KINDS: tuple[tuple[type[DomainError], int], ...] = (
    (Unauthenticated, 401),
    (PaymentRequired, 402),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Stale, 412),
    (Unavailable, 503),
    (Contention, 503),
)
