"""Change what an account says about itself."""

from attrs import frozen

from platform_core.accounts.model.profile import ProfileChanges
from platform_core.accounts.ports.profile import ProfileTransactions
from platform_core.shared.actor import Actor
from platform_core.shared.errors import NotFound
from platform_core.shared.signals import Topic


@frozen
class ChangeProfile:
    """Change the actor's own profile and settings.

    Unlocking lets nobody in by itself: requests stay to be approved one by one, and whoever follows again
    follows at once. Raises ``Stale`` if ``if_revision`` is given and no longer true.
    """

    transactions: ProfileTransactions

    async def __call__(self, actor: Actor, changes: ProfileChanges, if_revision: int | None = None) -> None:
        async with self.transactions() as uow:
            profile = await uow.profiles.get(actor.id)
            if profile is None:
                raise NotFound
            was_locked = profile.locked
            if profile.change(changes, if_revision):
                await uow.profiles.put(profile)
                if profile.locked and not was_locked:
                    uow.wake(Topic.AUDIENCE)
                await uow.commit()
