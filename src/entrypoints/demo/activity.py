"""What happens in the demo: posts, edits, reactions and saves."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from entrypoints.demo.chance import Chance
from entrypoints.demo.people import DAYS, SHOWN, Person, Row
from entrypoints.demo.writing import revised, text

POSTS = 3_000
_KINDS = ("like", "love", "haha", "wow", "care", "sad", "angry", "dislike")
_WEIGHTS = (60, 18, 8, 6, 5, 2, 1, 1)
_WELL_LIKED = 0.45
_AUDIENCES = ("public",) * 17 + ("followers",) * 2 + ("private",)

Rows = dict[str, list[Row]]


def activity(chance: Chance, everybody: Sequence[Person]) -> Rows:
    """Return the rows of posts and of everything that hangs on them."""
    rows: Rows = {"posts": [], "post_versions": [], "reactions": [], "saves": []}
    zeal = [0.2 + chance.share() ** 2 + person.fame / 8 for person in everybody]
    for person, share in zip(everybody, zeal, strict=True):
        for _ in range(round(POSTS * share / sum(zeal))):
            at = chance.moment(chance.base - timedelta(days=DAYS), chance.base - timedelta(minutes=2))
            _post(chance, person, everybody, rows, at, 0.1 * 2.2 ** chance.normal(0, 1))
    for person in everybody:
        if person.row["handle"] in SHOWN:
            # Whoever tries the demo finds something new.
            at = chance.moment(chance.base - timedelta(hours=30), chance.base - timedelta(hours=2))
            _post(chance, person, everybody, rows, at, _WELL_LIKED)
    for table in rows.values():
        table.sort(key=lambda row: str(row["id"]))
    return rows


def _post(
    chance: Chance, author: Person, everybody: Sequence[Person], rows: Rows, at: datetime, charm: float
) -> None:
    """Write a post; ``charm`` is the share of its readers that react."""
    audience = "public" if charm == _WELL_LIKED else chance.among(_AUDIENCES)
    post: Row = {
        "id": chance.id(at),
        "author_id": author.id,
        "feed_id": chance.id(at),
        "status": "published",
        "audience": audience,
        "text": text(chance, author),
        "created_at": at,
        "edited_at": None,
        "revision": 0,
        **{f"{kind}_count": 0 for kind in _KINDS},
        "view_count": 0,
    }
    rows["posts"].append(post)
    if chance.share() < 0.03:
        _edit(chance, post, rows)
    if audience != "private":
        _react(chance, post, _readers(author, everybody, audience), rows, charm)


def _edit(chance: Chance, post: Row, rows: Rows) -> None:
    post["edited_at"], post["revision"] = chance.soon(post["created_at"], 1), 1
    version = {"post_id": post["id"], "text": revised(post["text"]), "written_at": post["created_at"]}
    rows["post_versions"].append(
        {"id": chance.id(post["edited_at"]), "audience": post["audience"], **version}
    )


def _readers(author: Person, everybody: Sequence[Person], audience: str) -> list[Person]:
    """Followers, and for what everybody may see a few who came by."""
    if audience == "followers" or not author.open:
        return author.followers
    passing = (person for person in everybody if person is not author and person.id not in author.apart)
    return list(dict.fromkeys([*author.followers, *list(passing)[:20]]))


def _react(chance: Chance, post: Row, readers: list[Person], rows: Rows, charm: float) -> None:
    seen = 0
    for reader in readers:
        if chance.share() > 2 * min(charm, _WELL_LIKED):
            continue
        seen += 1
        if chance.share() < 0.65:
            _one_reaction(chance, post, reader, rows)
        if chance.share() < 0.04:
            at = chance.soon(post["created_at"], 20)
            rows["saves"].append({"account_id": reader.id, "post_id": post["id"], "id": chance.id(at)})
    post["view_count"] = seen + round(seen * chance.share() * 3)


def _one_reaction(chance: Chance, post: Row, reader: Person, rows: Rows) -> None:
    at = chance.soon(post["created_at"], 9)
    kind = chance.draw(_KINDS, _WEIGHTS)[0]
    post[f"{kind}_count"] += 1
    reaction = {"post_id": post["id"], "account_id": reader.id, "kind": kind}
    rows["reactions"].append({"id": chance.id(at), **reaction})
