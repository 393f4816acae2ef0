"""Looks around as everybody, on every route and on sockets, and says who came across what is not theirs."""

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from attrs import define

from tests.matrix.canaries import ACTING, READERS, canaries, edited, published
from tests.matrix.expected import ROUTES
from tests.matrix.judge import Judge
from tests.matrix.product import PATIENCE, Answer, Product
from tests.matrix.sockets import Ear
from tests.matrix.world import HANDLES, RANDOM, bearer, token_of

AUDIENCES = ("public", "followers", "private")
FEEDS = ("GET /feeds/home", "GET /feeds/explore")
Noted = tuple[str, str]
"""Where something was read, and what."""


@define
class Visit:
    """A walk through the product as each of the readers."""

    judge: Judge

    def heard(self, told: Mapping[str, Sequence[Noted]]) -> Iterator[str]:
        """Yield what was told on sockets to somebody who must not know."""
        for reader, noted in told.items():
            yield from self._leaks(reader, noted)

    def read(self) -> Iterator[str]:
        """Yield what is read on some route by somebody who must not."""
        for reader in READERS:
            yield from self._leaks(reader, self._read(reader))

    def _leaks(self, reader: str, told: Iterable[Noted]) -> Iterator[str]:
        forbidden = [one for one in canaries(self.judge.world) if reader not in one.readers]
        for place, text in told:
            yield from (f"{reader}, {place}: {one.about}" for one in forbidden if one.text in text)
            yield from _muted(reader, place, text)

    def _read(self, reader: str) -> Iterator[Noted]:
        """Yield what every GET route gives, good or bad, headers included.

        Open routes do not look at who asks, so there it is nobody.
        """
        for name in self.judge.product.routes:
            if name.startswith("GET ") and (ROUTES[name].gate != "open" or reader == "anonymous"):
                for address in self._addresses(name):
                    answer = self._ask(reader, "GET", address)
                    yield name, "\n".join(map(str, answer.headers.values())) + answer.body.decode()

    def _addresses(self, name: str) -> Iterator[str]:
        """Yield the addresses of a route, of all that there is to reach."""
        row, world = ROUTES[name], self.judge.world
        route = self.judge.product.routes[name]
        template = route.base + route.path
        query = "?limit=100" if route.paged else f"?{row.query}" if row.query else ""
        for target in row.on.targets:
            id_ = world.id_of(row.on.kind, target, "stranger") if row.on.kind else RANDOM
            path = template.replace("{handle}", HANDLES.get(target, target))
            for parameter in route.parameters:
                path = path.replace(f"{{{parameter}}}", id_)
            yield path + query.format(id=id_)

    def _ask(self, who: str, method: str, path: str, body: Any = None) -> Answer:
        headers = {} if who == "anonymous" else dict(bearer(token_of(who)))
        if body is None:
            return self.judge.product.ask(method, path, None, headers)
        headers["Content-Type"] = "application/json"
        return self.judge.product.ask(method, path, json.dumps(body).encode(), headers)

    def listen(self) -> dict[str, list[Noted]]:
        """Have everybody listen while authors and followers do things; return what each of them heard."""
        product, ears = self.judge.product, {reader: Ear() for reader in READERS if reader != "anonymous"}
        posts = [id_ for name, id_ in self.judge.world.things.items() if name.startswith("post ")]
        told = product.run(_enter(product, ears, posts))
        try:
            self._act()
            product.run(_settle(product))
        finally:
            product.run(_leave(ears))
        heard: dict[str, list[Noted]] = {reader: [] for reader in READERS}
        for reader, ear in ears.items():
            heard[reader] = [(name, json.dumps(data)) for name, data in ear.heard]
            heard[reader].append(("acknowledged", told[reader]))
        return heard

    def _act(self) -> None:
        for author in ACTING:
            for audience in AUDIENCES:
                account = f"author {author}"
                post = f"/api/v1/posts/{self.judge.world.things[f'post {author}/{audience}']}"
                self._does(account, "PATCH", post, {"text": edited(author, audience)})
                text = {"text": published(author, audience), "audience": audience}
                self._does(account, "POST", "/api/v1/posts", text)
                for reader in ("follower", account):
                    if audience != "private" or reader == account:
                        self._does(reader, "PUT", f"{post}/reaction", {"kind": "love"})

    def _does(self, who: str, method: str, path: str, body: Any) -> None:
        answer = self._ask(who, method, path, body)
        assert answer.status in (200, 201), answer


def _muted(reader: str, place: str, text: str) -> list[str]:
    """Whom one mutes is there when visited, but not in one's feeds."""
    if reader != "muter" or place not in FEEDS:
        return []
    return [f"{reader}, {place}: the muted {author}" for author, handle in HANDLES.items() if handle in text]


async def _enter(product: Product, ears: dict[str, Ear], posts: list[str]) -> dict[str, str]:
    """Connect everybody and have them try to watch all posts; return what they were acknowledged."""
    told = {}
    for reader, ear in ears.items():
        assert await ear.connect(product.url, {"token": token_of(reader)})
        answers = [await ear.call("post:watch", {"post_id": id_}) for id_ in posts]
        told[reader] = json.dumps(answers)
    return told


async def _settle(product: Product) -> None:
    """Wait until all that follows from events has happened and was told."""
    async with asyncio.timeout(PATIENCE):
        while await product.backend.count("outbox"):  # noqa: ASYNC110 (nobody tells us)
            await asyncio.sleep(0.02)
    await asyncio.sleep(0.5)


async def _leave(ears: dict[str, Ear]) -> None:
    for ear in ears.values():
        with suppress(Exception):
            await ear.close()
