"""What the people of the demo are told: who followed, asked and reacted, grouped as the product groups it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby

from entrypoints.demo.chance import Chance, moment_of
from entrypoints.demo.people import Person, Row

TOLD = timedelta(days=14)
"""How far back notifications reach."""
UNREAD = timedelta(days=4)
"""What is newer has not been read yet."""

Rows = dict[str, list[Row]]
_What = tuple[str, str, str, str]
"""Recipient, kind, type and id of the subject."""


def notices(chance: Chance, everybody: Sequence[Person], rows: Mapping[str, Sequence[Row]]) -> Rows:
    """Return the rows of notifications and of who is in them."""
    told: Rows = {
        "notification_inboxes": [{"account_id": person.id} for person in everybody],
        "notifications": [],
        "notification_actors": [],
    }
    since = chance.base - TOLD
    found = [
        (what, row["id"], actor) for what, row, actor in _occasions(rows) if moment_of(row["id"]) >= since
    ]
    unread = chance.base - UNREAD
    # What came in after the last look is a notification of its own, as it would have become.
    keyed = sorted(((what, moment_of(id_) >= unread, id_, actor) for what, id_, actor in found))
    for (what, is_unread), group in groupby(keyed, lambda one: one[:2]):
        _notify(chance, what, not is_unread, [(id_, actor) for _, _, id_, actor in group], told)
    told["notifications"].sort(key=lambda row: row["id"])
    return told


def _occasions(rows: Mapping[str, Sequence[Row]]) -> Iterable[tuple[_What, Row, str]]:
    for table, kind in (("follows", "follow"), ("follow_requests", "follow_request")):
        for row in rows[table]:
            yield (row["followee_id"], kind, "account", row["followee_id"]), row, row["follower_id"]
    authors = {post["id"]: post["author_id"] for post in rows["posts"]}
    for row in rows["reactions"]:
        if row["kind"] != "dislike":
            what = (authors[row["post_id"]], "reaction", "post", row["post_id"])
            yield what, row, row["account_id"]


def _notify(chance: Chance, what: _What, read: bool, actors: list[tuple[str, str]], told: Rows) -> None:
    recipient, kind, subject_type, subject_id = what
    first, last = moment_of(actors[0][0]), moment_of(actors[-1][0])
    id_ = chance.id(first)
    order_ids = [chance.id(moment_of(at)) for at, _ in actors]
    told["notifications"].append(
        {
            "id": id_,
            "account_id": recipient,
            "order_id": order_ids[-1],
            "kind": kind,
            "group": "social",
            "subject_type": subject_type,
            "subject_id": subject_id,
            "post_id": subject_id if subject_type == "post" else None,
            "actor_count": len(actors),
            "read": read,
            "created_at": last,
        }
    )
    of_all = {"account_id": recipient, "kind": kind, "subject_id": subject_id, "notification_id": id_}
    for order_id, (_, actor) in zip(order_ids, actors, strict=True):
        told["notification_actors"].append({**of_all, "actor_id": actor, "order_id": order_id})
