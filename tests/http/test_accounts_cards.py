"""The small pages behind shared links."""

import re
from html.parser import HTMLParser

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from adapters.http.cards import DESCRIPTION, shortened
from adapters.http.settings import HttpSettings
from platform_core.shared.visibility import Audience
from tests.backends import Backend
from tests.factories import post
from tests.http.accounts_site import Site

NASTY = """</title><script>alert("x")</script>'"&"""


class Properties(HTMLParser):
    """Collects the Open Graph properties of a page, and the names of its elements."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.properties: dict[str, str | None] = {}
        self.elements: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        given = dict(attrs)
        if tag == "meta" and "property" in given:
            self.properties[str(given["property"])] = given["content"]


@pytest.fixture
async def site(sql: Backend, aiohttp_client: AiohttpClient) -> Site:
    return await Site(sql).start(aiohttp_client)


async def card(site: Site, path: str) -> tuple[int, str]:
    async with site.client.get(path) as response:
        assert response.content_type == "text/html"
        policy = response.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        return response.status, await response.text()


async def published(site: Site, author: str, text: str, audience: Audience = Audience.PUBLIC) -> str:
    made = post(site.backend.ids.new(), author, text, audience)
    async with site.backend.uow() as uow:
        await uow.posts.add(made)
        await uow.commit()
    return made.id


async def test_an_account_has_a_card(site: Site) -> None:
    await site.backend.account("ada", bio="First\nof all")
    status, page = await card(site, "/@Ada")
    assert status == 200
    found = Properties(page)
    assert found.properties == {
        "og:type": "profile",
        "og:title": "Ada (@ada)",
        "og:description": "First of all",
        "og:url": "https://site.example/@ada",
        "profile:username": "ada",
        "og:site_name": "Footlights",
    }
    assert "example.org" not in page


async def test_a_public_post_has_a_card(site: Site) -> None:
    ada = await site.backend.account("ada")
    post_id = await published(site, ada, "Good morning " * 40)
    status, page = await card(site, f"/p/{post_id}")
    assert status == 200
    found = Properties(page).properties
    assert (found["og:type"], found["og:title"]) == ("article", "Ada (@ada)")
    assert found["og:url"] == f"https://site.example/p/{post_id}"
    assert len(found["og:description"] or "") <= DESCRIPTION


async def test_nothing_of_what_people_write_becomes_markup(site: Site) -> None:
    ada = await site.backend.account("ada", display_name=NASTY, bio=NASTY)
    post_id = await published(site, ada, NASTY)
    for path in ("/@ada", f"/p/{post_id}"):
        _, page = await card(site, path)
        found = Properties(page)
        assert "script" not in found.elements
        assert found.properties["og:description"] == NASTY
        assert not re.search(r"https?://(?!ogp\.me|site\.example)", page)


async def test_what_is_not_public_has_no_card(site: Site) -> None:
    ada = await site.backend.account("ada")
    locked = await site.backend.account("locked", locked=True)
    await site.backend.account("limited", state="limited")
    await site.backend.account("suspended", state="suspended")
    paths = ["/@limited", "/@suspended", "/@never", "/p/garbage", f"/p/{site.backend.ids.new()}"]
    for author, audience in (
        (ada, Audience.FOLLOWERS),
        (ada, Audience.PRIVATE),
        (locked, Audience.PUBLIC),
    ):
        paths.append(f"/p/{await published(site, author, 'canary', audience)}")
    for path in paths:
        status, page = await card(site, path)
        assert status == 404, path
        assert "canary" not in page


async def test_cards_are_public_reads(sql: Backend, aiohttp_client: AiohttpClient) -> None:
    site = await Site(sql, HttpSettings(public_reads=False)).start(aiohttp_client)
    ada = await sql.account("ada")
    post_id = await published(site, ada, "Good morning")
    missing = await card(site, "/@never")
    assert missing[0] == 404
    assert await card(site, "/@ada") == missing
    assert await card(site, f"/p/{post_id}") == missing


def test_a_description_is_cut_between_words_where_it_can_be() -> None:
    assert shortened("short  and\nsweet") == "short and sweet"
    assert shortened("word " * 100) == "word " * 38 + "word…"
    assert shortened("x" * 300) == "x" * 199 + "…"
