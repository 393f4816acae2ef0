"""The back ends of the contract suite: a first walk through each."""

from adapters.sql.schema.metadata import metadata
from platform_core.shared.pagination import PageRequest
from tests.backends import Backend
from tests.factories import post


async def test_a_published_post_is_read_back(backend: Backend) -> None:
    ada = await backend.account("ada")
    async with backend.uow() as uow:
        await uow.posts.add(post(backend.ids.new(), ada, "Hello"))
        await uow.commit()
    page = await backend.posts.of_account(None, ada, PageRequest())
    assert [(view.author.handle, view.text) for view in page.items] == [("ada", "Hello")]


async def test_what_is_not_committed_is_not_there(backend: Backend) -> None:
    ada = await backend.account("ada")
    async with backend.uow() as uow:
        await uow.posts.add(post(backend.ids.new(), ada))
    assert (await backend.posts.of_account(None, ada, PageRequest())).items == ()


async def test_accounts_can_be_changed_and_graph_rows_deleted(backend: Backend) -> None:
    ada, ben = await backend.accounts("ada", "ben")
    await backend.follow(ben, ada)
    await backend.change_account(ada, locked=True)
    assert (await backend.account_row(ada)).locked
    async with backend.uow() as uow:
        assert (await uow.relationships.between(ben, ada))[1].following
    await backend.unfollow(ben, ada)
    async with backend.uow() as uow:
        assert not (await uow.relationships.between(ben, ada))[1].following


async def test_both_databases_have_every_table(sql: Backend) -> None:
    assert sql.database is not None
    async with sql.database.writing.connect() as connection:
        names = await connection.run_sync(lambda c: c.dialect.get_table_names(c))
    assert set(names) == set(metadata.tables)
