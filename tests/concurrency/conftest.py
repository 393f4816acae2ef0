"""The served product, on SQLite and on PostgreSQL, shared by all tests of this folder."""

from tests.e2e.conftest import distributed_site, embedded_site, people, site

__all__ = ["distributed_site", "embedded_site", "people", "site"]
