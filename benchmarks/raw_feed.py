"""The limit of the feed endpoint: the same page with nothing in between.

aiohttp on uvloop, one prepared statement with the same joins, dicts, orjson; no authentication, no checks.
``python -m benchmarks.raw_feed DATABASE_URL VIEWER`` prints ``{"port": n}`` and serves until it is ended.
"""

import asyncio
import json
import sys
from typing import Any

import asyncpg
import orjson
import uvloop
from aiohttp import web

from adapters.sql.plans import READING
from benchmarks.rooms_process import pin

FEED = """
    SELECT p.id, p.status, p.text, p.audience, p.created_at, p.edited_at, p.revision, p.dislike_count,
        p.view_count, p.like_count, p.love_count, p.haha_count, p.wow_count, p.sad_count, p.angry_count,
        p.care_count, a.id AS author_id, a.handle, a.display_name, a.locked, r.kind, s.id AS save_id
    FROM timeline_entries t
    JOIN posts p ON p.id = t.post_id
    JOIN accounts a ON a.id = p.author_id
    LEFT JOIN reactions r ON r.post_id = p.id AND r.account_id = t.account_id
    LEFT JOIN saves s ON s.post_id = p.id AND s.account_id = t.account_id
    WHERE t.account_id = $1 AND a.state IN ('active', 'limited')
        AND EXISTS (SELECT 1 FROM follows f WHERE f.follower_id = t.account_id AND f.followee_id = a.id)
        AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.muter_id = t.account_id AND m.muted_id = a.id)
    ORDER BY t.feed_id DESC LIMIT 21
"""
_KINDS = ("like", "love", "haha", "wow", "sad", "angry", "care")


def item(row: Any) -> dict[str, Any]:
    """Return a row as the interface shows it."""
    return {
        "id": row["id"],
        "status": row["status"],
        "author": {"id": row["author_id"], "handle": row["handle"], "display_name": row["display_name"]},
        "text": row["text"],
        "audience": row["audience"],
        "created_at": row["created_at"],
        "edited_at": row["edited_at"],
        "revision": row["revision"],
        "counts": {kind: row[f"{kind}_count"] for kind in _KINDS},
        "views": row["view_count"],
        "viewer": {"reaction": row["kind"], "saved": row["save_id"] is not None},
    }


async def _as_text(connection: asyncpg.Connection) -> None:
    """Take uuids as text, which is what is sent."""
    await connection.set_type_codec("uuid", schema="pg_catalog", encoder=str, decoder=str, format="text")


async def _serve(url: str, viewer: str) -> None:
    settings = {**READING, "jit": "off"}
    pool = await asyncpg.create_pool(url, min_size=4, max_size=10, server_settings=settings, init=_as_text)

    async def feed(_request: web.Request) -> web.Response:
        async with pool.acquire() as connection:
            rows = await connection.fetch(FEED, viewer)
        body = orjson.dumps({"items": [item(row) for row in rows[:20]], "next_cursor": str(rows[-1]["id"])})
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_get("/api/v1/feeds/home", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    pin(0)
    uvloop.run(_serve(*sys.argv[1:]))
