"""Who sees and does what with whose things: a line for each thing, a letter for each viewer.

The letters are explained in ``grids``; viewers from left to right: anonymous, stranger, requester, follower,
blocked, blocker, muter, limited, locked, moderator, administrator, owner.
"""

from tests.matrix.grids import grid

NOTHING = grid("", "- y y y y y y y y y y y y")

POSTS_SEEN = grid(
    "post",
    """
    open/public          y y y y . . y y y y y y
    open/followers       . . . y . . . . . . . y
    open/private         . . . . . . . . . . . y
    open/deleted         . . . . . . . . . . . .
    locked/public        . . . y . . . . . . . y
    locked/followers     . . . y . . . . . . . y
    locked/private       . . . . . . . . . . . y
    limited/public       . . . y . . . . . . . y
    limited/followers    . . . y . . . . . . . y
    limited/private      . . . . . . . . . . . y
    suspended/public     . . . . . . . . . . . x
    suspended/followers  . . . . . . . . . . . x
    pending/public       . . . . . . . . . . . x
    """,
)
CARDS = grid(
    "post",
    """
    open/public          y y y y y y y y y y y y
    open/followers       . . . . . . . . . . . .
    open/private         . . . . . . . . . . . .
    open/deleted         . . . . . . . . . . . .
    locked/public        . . . . . . . . . . . .
    limited/public       . . . . . . . . . . . .
    suspended/public     . . . . . . . . . . . .
    pending/public       . . . . . . . . . . . .
    """,
)
OWN_POSTS = grid(
    "post",
    """
    open/public          . . . . . . . . . . . y
    open/followers       . . . . . . . . . . . y
    open/private         . . . . . . . . . . . y
    open/deleted         . . . . . . . . . . . .
    locked/public        . . . . . . . . . . . y
    limited/public       . . . . . . . . . . . y
    suspended/public     . . . . . . . . . . . x
    """,
)
SAVED_POSTS = grid(
    "post",
    """
    open/public          . . . . . . y . . . . .
    open/private         . . . . . . . . . . . .
    suspended/public     . . . . . . y . . . . x
    """,
)
# A reaction is taken back at every post that there is, seen or not.
REACTED_POSTS = grid(
    "post",
    """
    open/public          . . . y . . . . . . . .
    open/followers       . . . y . . . . . . . .
    open/private         . . . y . . . . . . . .
    open/deleted         . . . . . . . . . . . .
    locked/public        . . . y . . . . . . . .
    locked/private       . . . y . . . . . . . .
    limited/followers    . . . y . . . . . . . .
    suspended/public     . . . y . . . . . . . x
    pending/public       . . . y . . . . . . . x
    """,
)
DISLIKED_POSTS = grid(
    "post",
    """
    open/public          . . . . y . . . . . . .
    open/followers       . . . . y . . . . . . .
    open/private         . . . . y . . . . . . .
    open/deleted         . . . . . . . . . . . .
    locked/public        . . . . y . . . . . . .
    locked/private       . . . . y . . . . . . .
    limited/followers    . . . . y . . . . . . .
    suspended/public     . . . . y . . . . . . x
    pending/public       . . . . y . . . . . . x
    """,
)
NO_POSTS = grid(
    "post",
    """
    open/public          . . . . . . . . . . . .
    open/private         . . . . . . . . . . . .
    suspended/public     . . . . . . . . . . . x
    """,
)
ACCOUNTS_SEEN = grid(
    "account",
    """
    open                 y y y y . y y y y y y y
    locked               y y y y . y y y y y y y
    limited              . y y y . y y y y y y y
    suspended            . . . . . . . . . . . x
    pending              . . . . . . . . . . . x
    """,
)
ACCOUNT_CARDS = grid(
    "account",
    """
    open                 y y y y y y y y y y y y
    locked               y y y y y y y y y y y y
    limited              . . . . . . . . . . . .
    suspended            . . . . . . . . . . . .
    pending              . . . . . . . . . . . .
    """,
)
NUMBERS_SEEN = grid(
    "account",
    """
    open                 y y y y . . y y y y y y
    locked               y y y y . . y y y y y y
    limited              . y y y . . y y y y y y
    suspended            . . . . . . . . . . . x
    pending              . . . . . . . . . . . x
    """,
)
FOLLOWS_LISTED = grid(
    "account",
    """
    open                 y y y y . . y y y y y y
    locked               . . . y . . . . . . . y
    limited              . . . y . . . . . . . y
    suspended            . . . . . . . . . . . x
    pending              . . . . . . . . . . . x
    """,
)
POSTS_LISTED = grid(
    "account",
    """
    open                 y y y y . . y y y y y y
    locked               e e e y . . e e e e e y
    limited              . e e y . . e e e e e y
    suspended            . . . . . . . . . . . x
    pending              . . . . . . . . . . . x
    """,
)
FOLLOWABLE = grid(
    "account",
    """
    open                 y y y y . c y y y y y s
    locked               y y y y . c y y y y y s
    limited              y y y y . c y y y y y s
    suspended            . . . . . . . . . . . x
    pending              . . . . . . . . . . . x
    """,
)
BLOCKABLE = grid(
    "account",
    """
    open                 y y y y . y y y y y y s
    locked               y y y y . y y y y y y s
    limited              y y y y . y y y y y y s
    suspended            . . . . . . . . . . . x
    pending              . . . . . . . . . . . x
    """,
)
MUTABLE = grid(
    "account",
    """
    open                 y y y y . y y y y y y s
    locked               y y y y . y y y y y y s
    limited              y y y y . y y y y y y s
    suspended            . . . . . . . . . . . x
    pending              . . . . . . . . . . . x
    """,
)
# What one ends is one's own: who has nothing to end is answered like who has, and nothing changes.
FOLLOWED = grid(
    "account",
    """
    open                 . . y y . . . . . . . .
    locked               . . y y . . . . . . . .
    limited              . . y y . . . . . . . .
    suspended            . . y y . . . . . . . x
    """,
)
BLOCKED = grid(
    "account",
    """
    open                 . . . . . y . . . . . .
    locked               . . . . . y . . . . . .
    limited              . . . . . y . . . . . .
    suspended            . . . . . y . . . . . x
    """,
)
MUTED = grid(
    "account",
    """
    open                 . . . . . . y . . . . .
    locked               . . . . . . y . . . . .
    limited              . . . . . . y . . . . .
    suspended            . . . . . . y . . . . x
    """,
)
MANAGED = grid(
    "account",
    """
    open                  - - - - - - - - - y y -
    locked                - - - - - - - - - y y -
    limited               - - - - - - - - - y y -
    suspended             - - - - - - - - - y y x
    pending               - - - - - - - - - y y x
    another_administrator - - - - - - - - - y y -
    oneself               - - - - - - - - - y y -
    """,
)
GOVERNED = grid(
    "account",
    """
    open                  - - - - - - - - - y y -
    locked                - - - - - - - - - y y -
    suspended             - - - - - - - - - y y x
    another_member        - - - - - - - - - y y -
    another_moderator     - - - - - - - - - f y -
    another_administrator - - - - - - - - - f y -
    oneself               - - - - - - - - - f f -
    """,
)
INVITATIONS = grid("invitation", "open - - - - - - - - - - y -")
SESSIONS = grid("session", "open - . . . . . . . . . . y")
TOKENS = grid("token", "open - . . . . . . . . . . y")
NOTIFICATIONS = grid("notification", "open - . . . . . . . . . . y")
REQUESTS = grid("request", "open - . . . . . . . . . . y")
FOLLOWERS = grid("follower", "open - . . . . . . . . . . y")
