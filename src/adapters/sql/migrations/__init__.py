"""The history of the tables. Each step expands before a later one contracts: old and new code run together.

``python -m adapters.sql.migrations "Add drafts"`` writes the step from the last one to the tables of today.
"""

from importlib.resources import files

VERSIONS = "versions"


def head() -> str:
    """Return the newest revision: versions are numbered, so that nobody has to load Alembic to know it."""
    names = (file.name for file in files(__name__).joinpath(VERSIONS).iterdir())
    return max((name.partition("_")[0] for name in names if name[:1].isdigit()), default="")
