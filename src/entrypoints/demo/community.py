"""The whole demo, as rows by table: the same for the same moment, whatever database they go to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from entrypoints.demo.activity import activity
from entrypoints.demo.chance import Chance
from entrypoints.demo.notices import notices
from entrypoints.demo.people import Row, connect, people

# Parents before children, so that foreign keys hold at each step.
_ORDER = (
    *("accounts", "follows", "follow_requests", "blocks", "mutes"),
    *("posts", "post_versions", "reactions", "saves"),
    *("notification_inboxes", "notifications", "notification_actors"),
)


def community(base: datetime, password_hash: str) -> Mapping[str, Sequence[Row]]:
    """Return all rows of the demo as seen at the moment ``base``, parents before children."""
    chance = Chance(base.replace(microsecond=0))
    everybody = people(chance)
    rows = {**connect(chance, everybody), **activity(chance, everybody)}
    rows.update(notices(chance, everybody, rows))
    rows["accounts"] = [{**person.row, "password_hash": password_hash} for person in everybody]
    _count(rows)
    return {name: rows[name] for name in _ORDER if rows[name]}


def _count(rows: Mapping[str, Sequence[Row]]) -> None:
    followers = Counter(row["followee_id"] for row in rows["follows"])
    following = Counter(row["follower_id"] for row in rows["follows"])
    posts = Counter(row["author_id"] for row in rows["posts"] if row["audience"] != "private")
    for row in rows["accounts"]:
        counts = {"followers": followers, "following": following, "posts": posts}
        row.update({f"{name}_count": count[row["id"]] for name, count in counts.items()})
