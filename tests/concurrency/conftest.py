"""The served product, on SQLite and on PostgreSQL."""

from tests.e2e.client import people
from tests.e2e.sites import site

__all__ = ["people", "site"]
