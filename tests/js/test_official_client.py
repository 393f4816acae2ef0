"""What the official JavaScript client experiences: entry, delivery, refusal, loss and return."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.js.npm import NpmMissing, installed
from tests.not_run import not_run
from tests.realtime.serving import Site, serving, until

ADA = "ada's token"
POST = "01900000-0000-7000-8000-00000000aaaa"
HERE = Path(__file__).parent
PATIENCE = 10


@pytest.fixture(scope="module")
def packages(_node_program: tuple[str, str]) -> Path:
    """The folder where the client is installed."""
    try:
        return installed(HERE, _node_program[0])
    except NpmMissing as reason:
        not_run(str(reason))


class JavaScript:
    """A running client."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.told: list[dict[str, Any]] = []

    def do(self, what: str, **rest: Any) -> None:
        """Tell the client what to do."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps({"do": what, **rest}).encode() + b"\n")

    def connect(self, site: Site, token: str = ADA, **rest: Any) -> None:
        """Have it connect; ``options`` are those of the client."""
        self.do("connect", url=site.url, auth={"token": token, **rest.pop("auth", {})}, options=rest)

    async def hear(self, what: str) -> dict[str, Any]:
        """Return the next thing of that kind; what comes before is kept in ``told``."""
        assert self._process.stdout
        while True:
            line = await asyncio.wait_for(self._process.stdout.readline(), PATIENCE)
            assert line, "the client has ended"
            self.told.append(json.loads(line))
            if self.told[-1]["what"] == what:
                return self.told[-1]

    async def numbers(self, amount: int) -> list[int]:
        """Return the numbers of the next ``amount`` events."""
        return [(await self.hear("received"))["data"]["number"] for _ in range(amount)]


@asynccontextmanager
async def _client(node: str, packages: Path, tmp_path: Path) -> AsyncIterator[JavaScript]:
    # Node looks for packages from where the script is.
    script = tmp_path / "client.mjs"
    shutil.copy(HERE / "client.mjs", script)
    (tmp_path / "node_modules").symlink_to(packages / "node_modules")
    process = await asyncio.create_subprocess_exec(
        node, str(script), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield JavaScript(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.fixture
async def js(node: str, packages: Path, tmp_path: Path) -> AsyncIterator[JavaScript]:
    """The official client in a process of its own."""
    async with _client(node, packages, tmp_path) as client:
        yield client


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A served interface that knows ada."""
    async with serving() as site:
        site.world.authenticate.let_in(ADA, "ada")
        yield site


@pytest.mark.parametrize("transports", [["websocket"], ["polling"], ["polling", "websocket"]])
async def test_two_hundred_missed_events_and_new_ones_arrive_in_order(
    site: Site, js: JavaScript, transports: list[str]
) -> None:
    for number in range(1, 201):
        site.world.log.append("ada", "notification:created", {"number": number})
    js.connect(site, transports=transports, auth={"last_event_id": "0"})
    await js.hear("connected")
    for number in range(201, 221):
        await site.world.tell("ada", number)
    assert await js.numbers(220) == list(range(1, 221))
    await asyncio.sleep(0.1)
    await site.world.tell("ada", 221)
    assert (await js.hear("received"))["transport"] == transports[-1]


async def test_events_are_acknowledged_and_room_events_arrive(site: Site, js: JavaScript) -> None:
    js.connect(site)
    await js.hear("connected")
    js.do("emit", name="post:watch", args=[{"post_id": POST}])
    assert (await js.hear("answered"))["answer"] == {"ok": True, "data": None}
    await site.rooms.emit(f"post:{POST}", "post:counted", {"likes": 3})
    received = await js.hear("received")
    assert (received["name"], received["data"]) == ("post:counted", {"likes": 3})


async def test_many_events_in_one_poll_are_all_answered(site: Site, js: JavaScript) -> None:
    """The client puts everything of one turn into one POST."""
    js.connect(site, transports=["polling"])
    await js.hear("connected")
    js.do("emit", name="post:watch", args=[{"post_id": POST}], times=30)
    answers = [(await js.hear("answered"))["answer"] for _ in range(30)]
    assert 15 <= sum(answer["ok"] for answer in answers) <= 22
    assert {answer["error"]["code"] for answer in answers if not answer["ok"]} == {"rate_limited"}


async def test_a_refused_client_knows_why_and_does_not_insist(site: Site, js: JavaScript) -> None:
    js.connect(site, token="wrong")
    refused = await js.hear("refused")
    assert (refused["message"], refused["data"]["status"]) == ("unauthenticated", 401)
    assert refused["active"] is False


async def test_a_revoked_client_is_told_not_to_come_back(site: Site, js: JavaScript) -> None:
    js.connect(site)
    await js.hear("connected")
    await site.world.revoke(ADA)
    gone = await js.hear("disconnected")
    assert (gone["reason"], gone["active"]) == ("io server disconnect", False)


async def test_a_client_that_is_let_go_comes_back_and_catches_up(site: Site, js: JavaScript) -> None:
    js.connect(site)
    await js.hear("connected")
    await site.world.tell("ada", 1)
    assert await js.numbers(1) == [1]
    [socket] = site.realtime.sockets
    await site.realtime.server.eio.hang_up(socket.session)
    gone = await js.hear("disconnected")
    assert (gone["reason"], gone["active"]) == ("transport close", True)
    await site.world.tell("ada", 2)
    await js.hear("connected")
    assert await js.numbers(1) == [2]


async def test_a_client_that_comes_while_the_database_is_away_tries_again(site: Site, js: JavaScript) -> None:
    site.world.authenticate.down = True
    js.connect(site)
    await until(lambda: site.world.authenticate.asked >= 2)
    site.world.authenticate.down = False
    await js.hear("connected")
    assert not [told for told in js.told if told["what"] == "refused" and not told["active"]]


async def test_leaving_is_understood(site: Site, js: JavaScript) -> None:
    js.connect(site)
    await js.hear("connected")
    js.do("leave")
    assert (await js.hear("disconnected"))["reason"] == "io client disconnect"
    await until(lambda: not len(site.realtime.sockets))
