"""The posts context: what its routes and its background work call."""

from dependency_injector import containers, providers

from adapters.http.posts import PostRoutes, PostUseCases
from adapters.realtime.posts import PostPublished
from adapters.sql.posts.reader import SqlPostReader
from entrypoints.subscriptions import FeedWork, feed_subscriptions
from platform_core.posts.use_cases.announcing import AnnouncePost, PurgePost, TellWatchers
from platform_core.posts.use_cases.publishing import DeletePost, EditPost, PublishPost
from platform_core.posts.use_cases.reacting import (
    ReactToPost,
    SavePost,
    UnsavePost,
    ViewPost,
    WithdrawReaction,
)
from platform_core.posts.use_cases.timelines import (
    BackfillTimeline,
    BuildTimeline,
    FanOutPost,
    PruneTimeline,
    StartPulling,
)


class PostsContainer(containers.DeclarativeContainer):
    """Posts, reactions, saves and feeds."""

    core = providers.DependenciesContainer()

    reader = providers.Singleton(SqlPostReader, core.database, core.clock)

    use_cases = providers.Singleton(
        PostUseCases,
        reader=reader,
        publish=providers.Singleton(PublishPost, core.transactions, core.clock, core.ids),
        edit=providers.Singleton(EditPost, core.transactions, core.clock, core.ids),
        delete=providers.Singleton(DeletePost, core.transactions),
        react=providers.Singleton(ReactToPost, core.transactions, core.ids),
        withdraw=providers.Singleton(WithdrawReaction, core.transactions),
        save=providers.Singleton(SavePost, core.transactions, core.ids),
        unsave=providers.Singleton(UnsavePost, core.transactions),
        view=providers.Singleton(ViewPost, core.transactions, core.clock),
    )
    routes = providers.Singleton(PostRoutes, use_cases, publishing=core.settings.provided.limits.publishing)

    renderers = providers.Dict(
        {"post:published": providers.Singleton(PostPublished, reader.provided.visible)}
    )

    work = providers.Singleton(
        FeedWork,
        fan_out=providers.Singleton(FanOutPost, core.transactions),
        build=providers.Singleton(BuildTimeline, core.transactions),
        backfill=providers.Singleton(BackfillTimeline, core.transactions),
        prune=providers.Singleton(PruneTimeline, core.transactions),
        pull=providers.Singleton(StartPulling, core.transactions),
        announce=providers.Singleton(
            AnnouncePost, core.transactions, at_most=core.settings.provided.feeds.announced_followers
        ),
        tell_watchers=providers.Singleton(TellWatchers, core.rooms, reader),
        purge=providers.Singleton(PurgePost, core.transactions),
    )
    subscriptions = providers.Singleton(feed_subscriptions, work)
