"""The official JavaScript client walks the realtime steps of the journey, on both set-ups."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests import js
from tests.e2e.client import A_SECOND, People, Person
from tests.js.npm import NpmMissing, installed
from tests.not_run import not_run

SCRIPT = Path(__file__).with_name("journey.mjs")
PATIENCE = 120


@pytest.fixture(scope="module")
def modules(_node_program: tuple[str, str]) -> Path:
    """The folder where the client is installed."""
    try:
        return installed(Path(js.__file__).parent, _node_program[0])
    except NpmMissing as reason:
        not_run(str(reason))


async def test_the_official_client_is_told_of_everything_and_misses_nothing(
    people: People, node: str, modules: Path
) -> None:
    ada, bob = await people.register("ada"), await people.register("bob", people.site.there)

    heard = await _walk(node, {"modules": str(modules), "ada": _known(ada), "bob": _known(bob)})

    assert heard["notification"]["kind"] == "follow"
    assert [actor["handle"] for actor in heard["notification"]["actors"]] == [ada.handle]
    assert heard["badge"]["total"] == 1
    assert heard["notifiedAfter"] < A_SECOND * 1000
    published = heard["published"]
    assert (published["told"]["post_id"], published["told"]["author_id"]) == (published["expected"], bob.id)
    assert heard["publishedAfter"] < A_SECOND * 1000
    assert heard["watching"] == {"ok": True, "data": None}
    assert heard["counted"]["counts"]["reactions"] == {"wow": 1}
    assert (heard["unknown"]["ok"], heard["unknown"]["error"]["status"]) == (False, 400)
    missed = heard["missed"]
    assert sorted(missed["told"]) == sorted(missed["expected"])
    assert missed["ids"] == list(range(missed["after"] + 1, missed["after"] + 1 + len(missed["expected"])))
    assert heard["refused"]["status"] == 401
    assert heard["goneBecause"] == "io server disconnect"
    assert heard["goneAfter"] < A_SECOND * 1000


async def _walk(node: str, arguments: dict[str, Any]) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        node,
        str(SCRIPT),
        json.dumps(arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        told, troubles = await process.communicate()
    assert process.returncode == 0, troubles.decode()
    return dict(json.loads(told))


def _known(person: Person) -> dict[str, str]:
    return {"url": person.at.url, "token": person.token, "id": person.id}
