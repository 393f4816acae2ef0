"""Looks at start-up whether the libraries are built inside as the fast path takes them to be."""

import asyncio
import inspect
from typing import Any

from aiohttp.http_websocket import WebSocketWriter
from aiohttp.web import WebSocketResponse
from bidict import bidict
from engineio.async_socket import AsyncSocket
from engineio.packet import Packet
from socketio.base_manager import BaseManager


def surprises() -> list[str]:
    """Return what is not as expected; with an empty list the fast path may be used."""
    expected = {
        "aiohttp's server keeps its writer": hasattr(WebSocketResponse, "_writer"),
        "aiohttp's writer has a transport": "self.transport =" in inspect.getsource(WebSocketWriter.__init__),
        "the queue of asyncio is extended by _init, _put and _get": _queue_as_expected(),
        "Engine.IO sockets have a queue and tell their state": _socket_as_expected(),
        "Engine.IO marks a message with 4": Packet(4, "2[]").encode() == "42[]",
        "Socket.IO rooms are two-way dictionaries": hasattr(bidict({"a": "b"}), "_fwdm"),
        "Socket.IO keeps rooms by namespace": BaseManager().rooms == {},
    }
    return [what for what, so in expected.items() if not so]


def _queue_as_expected() -> bool:
    return all(hasattr(asyncio.Queue, name) for name in ("_init", "_put", "_get", "task_done"))


def _socket_as_expected() -> bool:
    class Server:
        create_queue: Any = staticmethod(asyncio.Queue)

    socket = AsyncSocket(Server(), "sid")
    return all(hasattr(socket, name) for name in ("queue", "upgraded", "upgrading", "closing", "closed"))
