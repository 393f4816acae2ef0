"""The background work: what follows from events, and what is cleared away."""

from collections.abc import Sequence
from datetime import timedelta

from dependency_injector import containers, providers

from adapters.sql.event_queue import SqlEventQueue
from adapters.sql.sweeping import SqlSweeper
from entrypoints.settings import Settings
from platform_core.shared.relay import Relay, Subscription, by_event


def kept(settings: Settings) -> timedelta:
    """Return how long clients can catch up on what they missed."""
    return timedelta(hours=settings.realtime.kept_hours)


def joined(*groups: Sequence[Subscription]) -> tuple[Subscription, ...]:
    """Return the subscriptions of all contexts in one table."""
    return tuple(subscription for group in groups for subscription in group)


class BackgroundContainer(containers.DeclarativeContainer):
    """The relay with all subscriptions, and the sweeps."""

    core = providers.DependenciesContainer()
    credentials = providers.DependenciesContainer()
    accounts = providers.DependenciesContainer()
    posts = providers.DependenciesContainer()
    notifications = providers.DependenciesContainer()

    queue = providers.Singleton(SqlEventQueue, core.database, core.ids)
    subscriptions = providers.Callable(
        joined,
        credentials.subscriptions,
        accounts.subscriptions,
        posts.subscriptions,
        notifications.subscriptions,
    )
    relay = providers.Singleton(Relay, queue, core.clock, providers.Callable(by_event, subscriptions))
    sweeps = providers.List(
        providers.Singleton(SqlSweeper, core.database, core.clock, providers.Callable(kept, core.settings)),
        credentials.forget_ended,
    )
