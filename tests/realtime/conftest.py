"""Fixtures of the realtime tests."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.realtime.serving import Site, serving


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """An interface that is served, with ports in memory; ada's token is let in."""
    async with serving() as site:
        site.world.authenticate.let_in("ada's token", "ada")
        site.world.authenticate.let_in("bob's token", "bob")
        yield site


@pytest.fixture
def no_tracebacks(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail the test if anything was logged as an error: what clients send never is one of ours."""
    yield
    records = caplog.get_records("call")
    errors = [record for record in records if record.levelno >= logging.ERROR or record.exc_info]
    assert not errors, errors
