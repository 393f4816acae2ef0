"""The listeners of the room benchmark: many WebSockets in one process, which only count.

Run as a process of its own: ``python -m benchmarks.rooms_load PORT LISTENERS POST_ID``. Prints
``{"watching": n}``; then, for each line that it reads, ``{"heard": n}`` with the number of events so far.
"""

import asyncio
import sys
from functools import partial

from benchmarks.rooms_process import pin, stdin_lines, tell

EVENT = b'42["post:edited"'
AT_ONCE = 50
REQUEST = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1",
    "Host: 127.0.0.1",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "",
    "",
)


class Listener(asyncio.Protocol):
    """One client of Socket.IO, reduced to what the server sees of it."""

    heard = 0

    def __init__(self, number: int, post_id: str) -> None:
        self._number = number
        self._post_id = post_id
        self._buffer = b""
        self._greeted = False
        self.watching: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for a WebSocket."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._transport.write("\r\n".join(REQUEST).encode())

    def data_received(self, data: bytes) -> None:
        """Take apart what came: mostly whole frames."""
        self._buffer += data
        if not self._greeted:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head:
                self.watching.set_exception(ConnectionError(head.decode()))
            self._greeted, self._buffer = True, rest
        self._take_frames()

    def _take_frames(self) -> None:
        buffer, start = self._buffer, 0
        while len(buffer) - start >= 3:  # a ping of Engine.IO is the shortest frame
            length, begin = buffer[start + 1], start + 2
            if length == 126:
                length, begin = int.from_bytes(buffer[start + 2 : start + 4]), start + 4
            if len(buffer) < begin + length:
                break
            self._frame(buffer[begin : begin + length])
            start = begin + length
        if start:
            self._buffer = buffer[start:]

    def _frame(self, text: bytes) -> None:
        if text.startswith(EVENT):
            Listener.heard += 1
        elif text == b"2":
            self._say("3")
        elif text.startswith(b"0{"):
            self._say(f'40{{"token":"{self._number}"}}')
        elif text.startswith(b"40"):
            self._say(f'420["post:watch",{{"post_id":"{self._post_id}"}}]')
        elif text.startswith(b"430"):
            self.watching.set_result(None)

    def _say(self, text: str) -> None:
        """Send a text frame, masked with zeros."""
        data = text.encode()
        self._transport.write(bytes((0x81, 0x80 | len(data), 0, 0, 0, 0)) + data)


async def main(port: int, listeners: int, post_id: str) -> None:
    """Connect all, then answer questions."""
    pin(-1)
    loop = asyncio.get_running_loop()
    for start in range(0, listeners, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, listeners))
        made = [loop.create_connection(partial(Listener, n, post_id), "127.0.0.1", port) for n in numbers]
        await asyncio.gather(*(protocol.watching for _, protocol in await asyncio.gather(*made)))
    tell({"watching": listeners})
    async for _ in stdin_lines():
        tell({"heard": Listener.heard})


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
