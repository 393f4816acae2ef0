"""Who lives in the demo, and who follows, blocks and mutes whom."""

import tomllib
from collections.abc import Sequence
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from attrs import define, field

from entrypoints.demo.chance import Chance

Row = dict[str, Any]

PASSWORD = "curtain-up-tonight"  # noqa: S105
DOMAIN = "demo.example"
DAYS = 120
"""How long ago the first posts were written."""
LOCKED = frozenset({"noor", "hanae", "adjoa", "thimble"})
LIMITED = frozenset({"shavings", "two_left_feet"})
ROLES = {"iris": "administrator", "theo": "moderator"}
SHOWN = {
    "ada": "a musician with many followers and unread notifications",
    "bruno": "a cook who follows a lot of people",
    "noor": "a photographer with a locked account and requests to answer",
    "theo": "a moderator",
    "iris": "an administrator",
}
"""Whom the start page proposes to be."""
_PLACES = ("Europe/Lisbon", "Europe/Berlin", "Europe/Oslo", "Africa/Lagos", "Asia/Tokyo", "America/Bogota")


@define(eq=False)
class Person:
    """An account of the demo, with whom it is connected."""

    row: Row
    craft: Row
    fame: float
    followers: list["Person"] = field(factory=list)
    following: list["Person"] = field(factory=list)
    apart: set[str] = field(factory=set)
    """Ids of those with whom there is a block, in either direction."""
    written: set[str] = field(factory=set)

    @property
    def id(self) -> str:
        """The account's id."""
        return str(self.row["id"])

    @property
    def open(self) -> bool:
        """Whether strangers see what it publishes for everybody."""
        return not self.row["locked"] and self.row["state"] == "active"


@cache
def content() -> Row:
    """Return what the people are called and talk about."""
    return tomllib.loads(files("entrypoints.demo").joinpath("community.toml").read_text("utf-8"))


def people(chance: Chance) -> list[Person]:
    """Return the sixty, in the order in which they joined."""
    crafts = content()["crafts"]
    listed = [(craft, *one) for craft in crafts for one in craft["people"]]
    # Fame falls off like 1 / rank: few are followed by nearly everybody, most by a handful.
    ranks = chance.sample(range(1, len(listed) + 1), len(listed))
    made = [_person(chance, rank, *one) for rank, one in zip(ranks, listed, strict=True)]
    return sorted(made, key=lambda person: person.id)


def _person(chance: Chance, rank: int, craft: Row, handle: str, name: str, bio: str) -> Person:
    joined = chance.moment(chance.base - timedelta(days=DAYS + 90), chance.base - timedelta(days=DAYS + 5))
    row = {
        "id": chance.id(joined),
        "handle": handle,
        "email": f"{handle}@{DOMAIN}",
        "email_verified_at": joined + timedelta(minutes=7),
        "display_name": name,
        "bio": bio,
        "website": f"https://{handle.replace('_', '-')}.example" if rank % 3 == 0 else "",
        "time_zone": _PLACES[rank % len(_PLACES)],
        "locked": handle in LOCKED,
        "role": ROLES.get(handle, "member"),
        "state": "limited" if handle in LIMITED else "active",
        "created_at": joined,
    }
    return Person(row, craft, fame=3.0 if handle == "ada" else 4 / rank**0.7)


def connect(chance: Chance, everybody: Sequence[Person]) -> dict[str, list[Row]]:
    """Make the graph; return the rows of follows, requests, blocks and mutes."""
    rows: dict[str, list[Row]] = {"blocks": [], "mutes": [], "follows": [], "follow_requests": []}
    _quarrel(chance, everybody, rows)
    for person in everybody:
        many = 45 if person.row["handle"] == "bruno" else max(3, round(abs(chance.normal(16, 9))))
        others = [other for other in everybody if other is not person and other.id not in person.apart]
        weights = [other.fame * (3 if other.craft is person.craft else 1) for other in others]
        for other in chance.weighted(others, weights, many):
            _follow(chance, person, other, rows)
    for table in rows.values():
        table.sort(key=lambda row: row["id"])
    return rows


def _follow(chance: Chance, person: Person, other: Person, rows: dict[str, list[Row]]) -> None:
    waits = other.row["locked"] and chance.share() < 0.3
    first = max(person.row["created_at"], other.row["created_at"])
    if waits:
        first = chance.base - timedelta(days=6)
    at = chance.moment(first, chance.base)
    follow = {"follower_id": person.id, "followee_id": other.id, "id": chance.id(at)}
    if waits:
        rows["follow_requests"].append(follow)
        return
    rows["follows"].append({**follow, "notify": "all" if chance.share() < 0.1 else "none"})
    other.followers.append(person)
    person.following.append(other)


def _quarrel(chance: Chance, everybody: Sequence[Person], rows: dict[str, list[Row]]) -> None:
    quiet = [person for person in everybody if person.row["handle"] not in SHOWN]
    for one, other in zip(quiet[:5], quiet[20:25], strict=True):
        at = chance.moment(chance.base - timedelta(days=60), chance.base)
        rows["blocks"].append({"blocker_id": one.id, "blocked_id": other.id, "id": chance.id(at)})
        one.apart.add(other.id)
        other.apart.add(one.id)
    for one, other in zip(quiet[5:13], quiet[30:38], strict=True):
        at = chance.moment(chance.base - timedelta(days=60), chance.base)
        until = chance.base + timedelta(days=30) if chance.share() < 0.5 else None
        rows["mutes"].append({"muter_id": one.id, "muted_id": other.id, "id": chance.id(at), "until": until})
