"""The Socket.IO interface: a kernel that every socket goes through, and one module per context."""

import sys

if "redis" not in sys.modules:
    # python-socketio loads the client library of each cluster manager that it has, if it is installed: redis
    # alone is 13 MB and a tenth of a second. Ours is ``adapters.valkey``, which imports it when it is used.
    sys.modules["redis"] = None  # type: ignore[assignment]
    try:
        import socketio  # noqa: F401
    finally:
        del sys.modules["redis"]
