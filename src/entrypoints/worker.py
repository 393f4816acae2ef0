"""A worker process: the background work alone."""

import logging

from entrypoints.containers.application import ApplicationContainer
from entrypoints.lifetimes import background, membership, resources
from entrypoints.stopping import stop_event

log = logging.getLogger("footlights.worker")


async def work(container: ApplicationContainer, lifeline: int | None = None) -> None:
    """Handle events and clear away until told to stop."""
    with stop_event(lifeline) as stop:
        async with resources(container), membership(container), background(container):
            log.info("working")
            await stop.wait()
            log.info("stopping")
    log.info("stopped")
