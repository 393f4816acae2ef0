"""What clients talk to: the HTTP kernel, all routes, and Socket.IO."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence, Set

from dependency_injector import containers, providers

from adapters.http.cards import CardRoutes
from adapters.http.docs import DocsRoutes
from adapters.http.events import EventRoutes
from adapters.http.kernel import Kernel
from adapters.http.system import Readiness, SystemRoutes
from adapters.realtime.rendering import Renderer
from adapters.realtime.server import RealtimePorts, make_realtime
from entrypoints.containers import choices, instance
from platform_core.notifications.ports import NotificationReader
from platform_core.posts.ports import PostReader
from platform_core.shared.actor import Actor


def may_watch(reader: PostReader) -> Callable[[Actor, Sequence[str]], Awaitable[Set[str]]]:
    """Return what tells which posts an actor may watch."""

    async def visible(actor: Actor, post_ids: Collection[str]) -> Set[str]:
        return await reader.visible(actor.id, post_ids)

    return visible


def unread(reader: NotificationReader) -> Callable[[str], Awaitable[int]]:
    """Return what tells how many notifications of an account wait."""

    async def total(account_id: str) -> int:
        return (await reader.unread(account_id)).total

    return total


def merged(*contexts: Mapping[str, Renderer]) -> Mapping[str, Renderer]:
    """Return the renderers of all contexts in one table."""
    return {name: renderer for context in contexts for name, renderer in context.items()}


class InterfaceContainer(containers.DeclarativeContainer):
    """The two ways in, and the pages beside them."""

    core = providers.DependenciesContainer()
    credentials = providers.DependenciesContainer()
    accounts = providers.DependenciesContainer()
    posts = providers.DependenciesContainer()
    notifications = providers.DependenciesContainer()

    http_settings = providers.Singleton(choices.http_settings, core.settings)
    realtime_settings = providers.Singleton(choices.realtime_settings, core.settings)
    readiness = providers.Singleton(Readiness, providers.Callable(instance.checks, core.database))

    kernel = providers.Singleton(
        Kernel,
        authenticator=credentials.cached_authenticate,
        limiter=core.limiter,
        idempotency=core.idempotency,
        ids=core.ids,
        position=core.client_event_log.provided.position,
        cursor_secret=providers.Callable(choices.key, core.secret, "cursors"),
        settings=http_settings,
    )
    realtime = providers.Singleton(
        make_realtime,
        providers.Singleton(
            RealtimePorts,
            authenticate=credentials.cached_authenticate,
            log=core.client_event_log,
            signals=core.signals,
            ids=core.ids,
            may_watch_posts=providers.Callable(may_watch, posts.reader),
            renderers=providers.Callable(merged, posts.renderers, notifications.renderers),
            recheck=credentials.authenticate_many,
            bus_is_up=providers.Callable(instance.bus_is_up, core.bus),
        ),
        realtime_settings,
    )

    routes = providers.List(
        credentials.entrance_routes,
        credentials.session_routes,
        credentials.security_routes,
        credentials.invitation_routes,
        credentials.link_page_routes,
        accounts.profile_routes,
        accounts.list_routes,
        accounts.graph_routes,
        accounts.admin_routes,
        posts.routes,
        notifications.routes,
        providers.Singleton(EventRoutes, realtime.provided.feed.page),
        providers.Singleton(
            CardRoutes,
            accounts.reader,
            posts.reader,
            public_url=core.settings.provided.public_url,
            public_reads=core.settings.provided.http.public_reads,
            site=core.settings.provided.name,
        ),
        providers.Singleton(instance.start_routes, core.settings, core.database),
        providers.Singleton(
            SystemRoutes, providers.Callable(instance.view, core.settings, realtime_settings), readiness
        ),
        providers.Singleton(DocsRoutes),
    )
