"""Fixtures of the realtime tests."""

from collections.abc import AsyncIterator

import pytest

from tests.realtime.serving import Site, serving


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """An interface that is served, with ports in memory; ada's token is let in."""
    async with serving() as site:
        site.world.authenticate.let_in("ada's token", "ada")
        site.world.authenticate.let_in("bob's token", "bob")
        yield site
