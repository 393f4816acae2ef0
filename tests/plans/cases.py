"""Every question that the readers answer, asked by those for whom it is hardest to answer.

``rows`` is the most that a question may look at: a number that follows from the page (and, where a feed must
pull, from the number of followed authors), never from the size of a table.
"""

from collections.abc import Iterator
from typing import Any

from attrs import evolve, field, frozen

from adapters.sql.accounts.admin_reader import SqlAdminReader
from adapters.sql.accounts.credentials_reader import SqlCredentialsReader
from adapters.sql.accounts.graph_reader import SqlGraphReader
from adapters.sql.accounts.profile_reader import SqlAccountReader
from adapters.sql.client_events import SqlClientEventLog
from adapters.sql.event_queue import SqlEventQueue
from adapters.sql.idempotency import SqlIdempotencyKeys
from adapters.sql.notifications.reader import SqlNotificationReader
from adapters.sql.posts.reader import SqlPostReader
from benchmarks.credentials import SIGNED_IN, digest_of, token_of
from benchmarks.dataset import Dataset, Who
from platform_core.accounts.model.admin import AccountFilter
from platform_core.accounts.model.credentials_letters import Purpose
from platform_core.accounts.model.credentials_sessions import SessionLifetimes
from platform_core.notifications.model import Group, Kind, NotificationFilter
from platform_core.posts.model import ReactionKind
from platform_core.shared.actor import Role
from platform_core.shared.idempotency import Answer, Claim
from platform_core.shared.pagination import PageRequest
from platform_core.shared.visibility import AccountState
from tests.plans.backlog import BUSY, NOW

FIRST = PageRequest()
READ = FIRST.limit + 1
EACH = 12
"""Rows that one row of a page may need: its post, author, follow, blocks, mutes, reaction, save, …"""
PAGE = READ * EACH
SEEN_THIRD = 5 * PAGE
"""Where two thirds of the accounts are out of sight, a page walks past their rows."""


@frozen
class Case:
    """A question to a reader, and the most rows that it may look at."""

    reader: type
    method: str
    about: str
    rows: int
    arguments: tuple[Any, ...]
    named: dict[str, Any] = field(factory=dict)

    @property
    def name(self) -> str:
        """Class, method and circumstances."""
        return f"{self.reader.__name__}.{self.method}, {self.about}"

    @property
    def of_many(self) -> bool:
        """Whether the answer is a list: a page, or what was asked for by id."""
        return any(isinstance(part, PageRequest | list | dict) for part in self.arguments)

    def with_limit(self, limit: int) -> "Case":
        """Return the same question, for a page of another size."""
        resized = (
            evolve(part, limit=limit) if isinstance(part, PageRequest) else part for part in self.arguments
        )
        return evolve(self, arguments=tuple(resized))


def cases(data: Dataset) -> Iterator[Case]:
    """Yield all questions."""
    yield from _home(data)
    yield from _posts(data)
    yield from _single_posts(data)
    yield from _accounts(data)
    yield from _graph(data)
    yield from _administration()
    yield from _credentials(data)
    yield from _notifications(data)
    yield from _events(data)


def _places(data: Dataset) -> Iterator[tuple[str, PageRequest]]:
    """Yield the first page of a feed, one in the middle and one of newer posts."""
    middle = data.post_id(data.posts // 2)
    yield "first page", FIRST
    yield "in the middle", PageRequest(before=middle)
    yield "newer than the middle", PageRequest(after=middle)
    yield "newer than the newest", PageRequest(after=data.post_id(data.posts))


def _home(data: Dataset) -> Iterator[Case]:
    for who in (Who.FOLLOWS_10, Who.FOLLOWS_200, Who.FOLLOWS_2000, Who.UNBUILT, Who.HERMIT, Who.NEWCOMER):
        pulling = (len(data.followees[who]) + 1) * (READ + EACH)
        for place, page in _places(data):
            written = who is not Who.UNBUILT and place in ("first page", "newer than the newest")
            rows = 4 * PAGE if written else 4 * PAGE + pulling
            yield Case(SqlPostReader, "home", f"{who.name}, {place}", rows, (data.id(who), page))


def _posts(data: Dataset) -> Iterator[Case]:
    viewers = {"nobody": None, "follower": data.id(Who.FOLLOWS_2000), "hermit": data.id(Who.HERMIT)}
    authors = (Who.STAR, Who.SECRETIVE, Who.RECLUSE, Who.LIMITED, Who.SUSPENDED, Who.HOARDER)
    for place, page in _places(data):
        for viewer, id_ in viewers.items():
            yield Case(SqlPostReader, "explore", f"{viewer}, {place}", SEEN_THIRD, (id_, page))
            for author in authors:
                about = f"{viewer} of {author.name}, {place}"
                yield Case(SqlPostReader, "of_account", about, PAGE, (id_, data.id(author), page))
        own = (data.id(Who.HOARDER), data.id(Who.HOARDER), page)
        yield Case(SqlPostReader, "of_account", f"HOARDER of itself, {place}", PAGE, own)
        for who in (Who.FOLLOWS_200, Who.HERMIT):
            yield Case(SqlPostReader, "saved", f"{who.name}, {place}", SEEN_THIRD, (data.id(who), page))


def _single_posts(data: Dataset) -> Iterator[Case]:
    hot = data.post_id(data.hot)
    hundred = [data.post_id(number) for number in range(100)]
    nobody, viewer, hermit = None, data.id(Who.FOLLOWS_200), data.id(Who.HERMIT)
    yield Case(SqlPostReader, "by_id", "the post of the day", EACH, (viewer, hot))
    yield Case(SqlPostReader, "by_ids", "a hundred", 100 * EACH, (viewer, hundred))
    yield Case(SqlPostReader, "has_list", "of the star", EACH, (viewer, data.id(Who.STAR)))
    yield Case(SqlPostReader, "visible", "a hundred", 100 * EACH, (hermit, hundred))
    for place, page in _places(data):
        yield Case(SqlPostReader, "history", place, PAGE, (viewer, hot, page))
        for kind in (None, ReactionKind.LIKE, ReactionKind.SAD):
            for name, id_ in (("nobody", nobody), ("hermit", hermit)):
                about = f"{name}, {kind}, {place}"
                yield Case(SqlPostReader, "reactions", about, SEEN_THIRD, (id_, hot, kind, page))


def _accounts(data: Dataset) -> Iterator[Case]:
    viewer, star = data.id(Who.FOLLOWS_2000), data.id(Who.STAR)
    hundred = data.account_ids[:100]
    mutual = 2 * 500 + EACH
    yield Case(SqlAccountReader, "me", "with much to tell", EACH, (viewer,))
    yield Case(SqlAccountReader, "by_id", "the star", mutual, (viewer, star))
    yield Case(SqlAccountReader, "by_handle", "the star", mutual, (viewer, f"user{Who.STAR.value}"))
    yield Case(SqlAccountReader, "by_ids", "a hundred", 100 * EACH, (viewer, hundred))
    yield Case(SqlAccountReader, "stats", "the star", EACH, (viewer, star))
    yield Case(SqlGraphReader, "relationships", "a hundred", 100 * EACH, (viewer, hundred))
    for who in (Who.FOLLOWS_2000, Who.HERMIT, Who.NEWCOMER):
        # 50 of the latest follows of 50 accounts, the 200 most followed of all, and what hangs on each.
        bound = 2 * 50 * 51 + (300 + 200) * EACH
        yield Case(SqlGraphReader, "suggestions", who.name, bound, (data.id(who), 20))


def _graph(data: Dataset) -> Iterator[Case]:
    recluse, hermit = data.id(Who.RECLUSE), data.id(Who.HERMIT)
    star, reader = data.id(Who.STAR), data.id(Who.FOLLOWS_2000)
    middle = data.account_ids[data.accounts // 2]
    for place, page in (("first page", FIRST), ("newer", PageRequest(after=middle))):
        for name, id_ in (("nobody", None), ("hermit", hermit)):
            about = f"{name}, {place}"
            yield Case(SqlGraphReader, "followers", about, SEEN_THIRD, (id_, star, page))
            yield Case(SqlGraphReader, "following", about, SEEN_THIRD, (id_, reader, page))
        yield Case(SqlGraphReader, "follow_requests", place, PAGE, (recluse, page))
        yield Case(SqlGraphReader, "blocks", place, PAGE, (hermit, page))
        yield Case(SqlGraphReader, "mutes", place, SEEN_THIRD, (hermit, page))
    yield Case(SqlGraphReader, "count_follow_requests", "of very many", 2 * 100, (recluse,))


def _administration() -> Iterator[Case]:
    middle = PageRequest(before="user5")
    for state in (None, AccountState.ACTIVE, AccountState.SUSPENDED):
        for role in (None, Role.MEMBER, Role.MODERATOR):
            for search, page in (
                ("", FIRST),
                ("user", FIRST),
                ("user", middle),
                ("user1@example.org", FIRST),
            ):
                about = f"{state}, {role}, {search!r}, {page.before}"
                arguments = (AccountFilter(state, role, search), page)
                yield Case(SqlAdminReader, "accounts", about, PAGE, arguments, {"with_email": True})


def _credentials(data: Dataset) -> Iterator[Case]:
    reader, digest = data.id(Who.FOLLOWS_2000), digest_of(token_of(Who.FOLLOWS_2000))
    hundred = [digest_of(token_of(who)) for who in range(100)]
    links = (list(Purpose), digest, NOW)
    yield Case(SqlCredentialsReader, "by_id", "one", EACH, (reader,))
    yield Case(SqlCredentialsReader, "by_login", "a handle", EACH, ("user7",))
    yield Case(SqlCredentialsReader, "by_login", "an address", EACH, ("user7@example.org",))
    yield Case(SqlCredentialsReader, "by_link", "one", EACH, links)
    yield Case(SqlCredentialsReader, "challenge", "one", EACH, (digest, NOW))
    yield Case(SqlCredentialsReader, "standing", "one", EACH, (digest,))
    yield Case(SqlCredentialsReader, "standings", "a hundred", 100 * EACH, (hundred,))
    yield Case(SqlCredentialsReader, "second_factor", "one", EACH, (reader,))
    for place, page in (("first page", FIRST), ("older", PageRequest(before=reader))):
        listed = (reader, None, NOW, SessionLifetimes(), page)
        # What has ended is swept away in time, and until then walked past: one's own rows only.
        yield Case(SqlCredentialsReader, "sessions", place, PAGE + SIGNED_IN, listed)
        yield Case(SqlCredentialsReader, "access_tokens", place, PAGE + SIGNED_IN, (reader, page))
        yield Case(SqlCredentialsReader, "invitations", place, PAGE, (page,))


def _notifications(data: Dataset) -> Iterator[Case]:
    reader = data.id(Who.FOLLOWS_2000)
    actors = 60
    newer = PageRequest(after=reader)
    for unread in (False, True):
        for group, kind in ((None, None), (Group.SOCIAL, None), (None, Kind.FOLLOW)):
            for page in (FIRST, newer):
                about = f"{unread}, {group}, {kind}, {page.after}"
                arguments = (reader, NotificationFilter(unread, group, kind), page)
                yield Case(SqlNotificationReader, "page", about, READ * actors * EACH, arguments)
    yield Case(SqlNotificationReader, "by_ids", "a hundred", 100 * EACH, (reader, data.account_ids[:100]))
    yield Case(SqlNotificationReader, "unread", "a thousand", 1_000 * EACH, (reader,))


def _events(data: Dataset) -> Iterator[Case]:
    reader = data.id(Who.FOLLOWS_2000)
    behind = dict.fromkeys(data.account_ids[:100], 0)
    claim, seconds = Claim(reader, "a key", "a fingerprint"), NOW - NOW.replace(second=0)
    yield Case(SqlClientEventLog, "position", "one", 1, (reader,))
    yield Case(SqlClientEventLog, "oldest_kept", "one", 1, (reader,))
    yield Case(SqlClientEventLog, "since", "a hundred accounts", 4 * 100, (behind, 100))
    yield Case(SqlEventQueue, "next_due", "with a backlog", 4, ())
    yield Case(SqlEventQueue, "claim", "with a backlog", 2 * BUSY + 100 * EACH, (NOW, 100, seconds))
    yield Case(SqlIdempotencyKeys, "claim", "a new key", EACH, (claim,))
    yield Case(SqlIdempotencyKeys, "answer", "its answer", EACH, (claim, Answer(200, b"")))
    yield Case(SqlIdempotencyKeys, "release", "it goes", EACH, (claim,))
