"""The people and things of the matrix: five authors, everybody who may come by, and what they may reach."""

import hashlib
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pyotp
from attrs import define, field

from platform_core.shared.actor import Scope
from tests.backends import Backend
from tests.matrix.grids import AUTHORS, VIEWERS
from tests.matrix.product import Product

PASSWORD = "quiet harbour lantern 42"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RANDOM = "01890000-0000-7000-8000-00000000dead"
"""The id of a thing that never was."""
DELETED = "words that the open author has deleted"
NOTE = "a note for administrators alone"
BORN = {author: date(1971, 3, 11 + number) for number, author in enumerate(AUTHORS)}
HANDLES = {author: f"author_{author}" for author in AUTHORS}
GONE = ("suspended", "pending")
"""States of accounts that may not act; of authors, and of people who come by."""


def words_of(author: str, audience: str) -> str:
    """Return what a post says; no other says the same."""
    return f"{audience} words of the {author} author"


def life_of(author: str) -> str:
    """Return what an author says about itself."""
    return f"the life of the {author} author"


def payout_of(author: str) -> str:
    """Return where an author's money goes."""
    return f"payout-of-{author}@example.net"


def device_of(name: str) -> str:
    """Return what somebody's sessions are called."""
    return f"device of {name}"


def digest(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@define
class World:
    """Who and what there is: ids by name, and everybody's token."""

    backend: Backend
    accounts: dict[str, str] = field(factory=dict)
    things: dict[str, str] = field(factory=dict)
    password_hash: str = ""

    @property
    def code(self) -> str:
        """What the authenticators show now."""
        return pyotp.TOTP(TOTP_SECRET).at(self.backend.clock.now())

    def id_of(self, kind: str, target: str, viewer: str) -> str:
        """Return the id of a target: of an account its own, of anything else that of ``kind target``."""
        if target == "oneself":
            return self.accounts.get(viewer, RANDOM)
        if kind == "account":
            return self.accounts.get(f"author {target}") or self.accounts[target]
        return self.things[f"{kind} {target}"]

    async def add_account(self, name: str, handle: str, **columns: Any) -> str:
        """Add an account and a session of it."""
        columns = {"password_hash": self.password_hash, **columns}
        self.accounts[name] = await self.backend.account(handle, **columns)
        self.things[f"session {name}"] = await self.add_session(name, token_of(name))
        return self.accounts[name]

    async def add_session(self, name: str, token: str, **columns: Any) -> str:
        """Add a session, or with ``scopes`` an access token."""
        now = self.backend.clock.now()
        kind = "access_token" if "scopes" in columns else "app"
        row = {"kind": kind, "label": device_of(name), "created_at": now, "last_used_at": now, **columns}
        row |= {"id": self.backend.ids.new(), "account_id": self.accounts[name], "digest": digest(token)}
        await self.backend.insert("sessions", **row)
        return str(row["id"])

    async def add_post(self, author: str, audience: str, **columns: Any) -> str:
        """Add a post with an earlier text, somebody's reaction, and the dislike of somebody blocked since."""
        backend, now, post_id = self.backend, self.backend.clock.now(), self.backend.ids.new()
        row: dict[str, Any] = {"id": post_id, "feed_id": post_id, "status": "published", "audience": audience}
        text = words_of(author, audience)
        row |= {"author_id": self.accounts[f"author {author}"], "text": text, "created_at": now, **columns}
        version: dict[str, Any] = {"post_id": post_id, "text": f"earlier {text}", "written_at": now}
        version["audience"] = audience
        await backend.insert("posts", like_count=1, dislike_count=1, **row)
        await backend.insert("post_versions", id=backend.ids.new(), **version)
        for name, kind in {"follower": "like", "blocked": "dislike"}.items():
            reaction = {"post_id": post_id, "account_id": self.accounts[name], "kind": kind}
            await backend.insert("reactions", id=backend.ids.new(), **reaction)
        return post_id

    async def add_notification(self, author: str) -> str:
        """Tell an author of a follower."""
        backend, id_ = self.backend, self.backend.ids.new()
        owner = self.accounts[f"author {author}"]
        about = {"kind": "follow", "subject_id": owner, "order_id": id_, "account_id": owner}
        row = {"id": id_, "group": "social", "subject_type": "account", "actor_count": 1, **about}
        await backend.insert("notification_inboxes", account_id=owner)
        await backend.insert("notifications", created_at=backend.clock.now(), **row)
        actor = {"actor_id": self.accounts["follower"], "notification_id": id_}
        await backend.insert("notification_actors", **about, **actor)
        return id_

    async def add_link(self, name: str, purpose: str) -> None:
        """Mail a link, whose token is its purpose."""
        account = await self.backend.account_row(self.accounts[name])
        row = {"digest": digest(purpose), "account_id": account.id, "purpose": purpose}
        until = self.backend.clock.now() + timedelta(hours=1)
        await self.backend.insert("email_links", email=account.email, expires_at=until, **row)

    async def add_factor(self, name: str, *, confirmed: bool) -> None:
        """Give an account a second factor."""
        now = self.backend.clock.now() if confirmed else None
        row = {"account_id": self.accounts[name], "confirmed_at": now, "last_step": -1}
        await self.backend.insert("second_factors", secret=TOTP_SECRET, **row)


async def _add_people(world: World) -> None:
    for author in AUTHORS:
        state = author if author in ("limited", *GONE) else "active"
        private = {"payout_address": payout_of(author), "birth_date": BORN[author]}
        columns = {"state": state, "locked": author == "locked", "bio": life_of(author), **private}
        await world.add_account(f"author {author}", HANDLES[author], **columns)
    roles = {"moderator": "moderator", "administrator": "administrator"}
    for viewer in VIEWERS:
        if viewer not in ("anonymous", "owner"):
            state = "limited" if viewer == "limited" else "active"
            columns = {"state": state, "role": roles.get(viewer, "member"), "locked": viewer == "locked"}
            await world.add_account(viewer, viewer, **columns)
    for state in GONE:
        await world.add_account(state, f"viewer_{state}", state=state)
    # For administration to work on: somebody in each role who does nothing else.
    for role in ("member", "moderator", "administrator"):
        await world.add_account(f"another_{role}", f"another_{role}", role=role)


async def _add_graph(world: World) -> None:
    backend, ids = world.backend, world.accounts
    for author in (ids[f"author {author}"] for author in AUTHORS):
        await backend.follow(ids["follower"], author)
        await backend.follow(author, ids["another_member"])
        request = {"follower_id": ids["requester"], "followee_id": author, "id": backend.ids.new()}
        await backend.insert("follow_requests", **request)
        await backend.block(author, ids["blocked"])
        await backend.block(ids["blocker"], author)
        await backend.mute(ids["muter"], author)
        counts = {"followers_count": 1, "following_count": 1, "posts_count": 1}
        await backend.change_account(author, **counts)
    await backend.change_account(ids["follower"], following_count=len(AUTHORS))
    await backend.change_account(ids["another_member"], followers_count=len(AUTHORS))


async def _add_posts(world: World) -> None:
    for author in AUTHORS:
        for audience in ("public", "followers", "private"):
            world.things[f"post {author}/{audience}"] = await world.add_post(author, audience)
    for seen in ("open/public", "suspended/public"):
        post_id, muter = world.things[f"post {seen}"], world.accounts["muter"]
        await world.backend.insert("saves", post_id=post_id, account_id=muter, id=world.backend.ids.new())
    deleted = await world.add_post("open", "public", feed_id=None, status="deleted", text=DELETED)
    world.things["post open/deleted"] = deleted


async def _add_tokens(world: World) -> None:
    """Add tokens with one scope, with all but one, and tokens that are good for nothing."""
    clock, hour = world.backend.clock, timedelta(hours=1)
    for scope in Scope:
        rest = sorted(set(Scope) - {scope})
        await world.add_session("administrator", f"only_{scope}", scopes=[scope])
        await world.add_session("administrator", f"all_but_{scope}", scopes=rest)
    await world.add_session("stranger", "members_admin", scopes=sorted(Scope))
    await world.add_session(
        "administrator", "expired", scopes=sorted(Scope), expires_at=clock.now() - hour / 60
    )
    idle = clock.now() - timedelta(days=100)
    await world.add_session("administrator", "idle", created_at=idle, last_used_at=idle)
    world.things["token open"] = await world.add_session("author open", "a_program", scopes=["posts:read"])


async def _add_rest(world: World) -> None:
    backend, now = world.backend, world.backend.clock.now()
    world.things["session open"] = await world.add_session("author open", "another_device")
    world.things["notification open"] = await world.add_notification("open")
    invitation = {
        "id": backend.ids.new(),
        "digest": digest("code_of_an_invitation"),
        "created_at": now,
        "uses": 2,
        "note": NOTE,
    }
    by = world.accounts["administrator"]
    await backend.insert("invitations", uses_left=2, created_by=by, **invitation)
    world.things["invitation open"] = str(invitation["id"])
    world.things["request open"] = world.accounts["requester"]
    world.things["follower open"] = world.accounts["follower"]
    for purpose in ("verify", "reset", "stop_change"):
        await world.add_link("another_member", purpose)
    await world.add_factor("another_moderator", confirmed=True)
    until = now + timedelta(minutes=5)
    waiting = {"digest": digest("challenge"), "account_id": world.accounts["another_moderator"]}
    await backend.insert("sign_in_challenges", expires_at=until, **waiting)


async def make_world(product: Product) -> World:
    """Fill the product's empty database."""
    hasher = product.container.credentials.hasher()
    world = World(product.backend, password_hash=await hasher.hash(PASSWORD))
    for add in (_add_people, _add_graph, _add_posts, _add_tokens, _add_rest):
        await add(world)
    return world


def token_of(viewer: str) -> str:
    """Return the token of somebody's session."""
    return f"session_of_{viewer.replace(' ', '_')}"


Headers = Mapping[str, str]


def bearer(token: str) -> Headers:
    """Return the headers of a request with a token."""
    return {"Authorization": f"Bearer {token}"}
