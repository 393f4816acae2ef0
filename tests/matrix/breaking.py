"""Serves the product with one condition of visibility taken out of its SQL, and prints what somebody
reads then.

``python -m tests.matrix.breaking visible FOLDER`` ends with 1 if that was noticed. Statements are built when
their modules are imported, so the condition has to go before that: in a process of its own.
"""

import sys
from pathlib import Path

from sqlalchemy import false, true

from adapters.sql import visibility

WITHOUT = {"visible": true, "alive": true, "following": true, "blocked": false, "muted": false}


def main(check: str, folder: Path) -> int:
    """Break one check and look around."""
    setattr(visibility, check, WITHOUT[check])
    from entrypoints.settings import Environment
    from tests.backends import create_tables
    from tests.matrix.judge import judge_of
    from tests.matrix.leaks import Visit
    from tests.matrix.product import Product

    url = f"sqlite:///{folder / 'footlights.db'}"
    create_tables(url)
    with Product(url, folder, worker=True, env=Environment.PRODUCTION) as product:
        found = next(Visit(judge_of(product)).read(), None)
    print(found)
    return 0 if found is None else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
