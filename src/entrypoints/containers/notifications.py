"""The notifications context: what its routes, sockets and background work call."""

from dependency_injector import containers, providers

from adapters.http.notifications import NotificationRoutes, NotificationUseCases
from adapters.realtime.notifications import BadgeChanged, NotificationCreated
from adapters.sql.notifications.reader import SqlNotificationReader
from entrypoints.subscriptions import NotificationWork, notification_subscriptions
from platform_core.notifications.use_cases.reading import (
    DeleteNotification,
    ReadNotification,
    ReadNotifications,
)
from platform_core.notifications.use_cases.telling import (
    NotifyOfFollow,
    NotifyOfFollowRequest,
    NotifyOfReaction,
)
from platform_core.notifications.use_cases.withdrawing import (
    RemoveNotificationsAbout,
    RemoveNotificationsBetween,
    WithdrawNotification,
)


class NotificationsContainer(containers.DeclarativeContainer):
    """Notifications and the badge."""

    core = providers.DependenciesContainer()

    reader = providers.Singleton(SqlNotificationReader, core.database, core.clock)
    use_cases = providers.Singleton(
        NotificationUseCases,
        reader=reader,
        read_up_to=providers.Singleton(ReadNotifications, core.transactions),
        read=providers.Singleton(ReadNotification, core.transactions),
        delete=providers.Singleton(DeleteNotification, core.transactions),
    )
    routes = providers.Singleton(NotificationRoutes, use_cases)
    renderers = providers.Dict(
        {
            "notification:created": providers.Singleton(NotificationCreated, reader),
            "badge:changed": providers.Singleton(BadgeChanged, reader),
        }
    )

    work = providers.Singleton(
        NotificationWork,
        of_follow=providers.Singleton(NotifyOfFollow, core.transactions, core.clock, core.ids),
        of_follow_request=providers.Singleton(NotifyOfFollowRequest, core.transactions, core.clock, core.ids),
        of_reaction=providers.Singleton(NotifyOfReaction, core.transactions, core.clock, core.ids),
        withdraw=providers.Singleton(WithdrawNotification, core.transactions),
        remove_between=providers.Singleton(RemoveNotificationsBetween, core.transactions),
        remove_about=providers.Singleton(RemoveNotificationsAbout, core.transactions),
    )
    subscriptions = providers.Singleton(notification_subscriptions, work)
