"""Puts letters into a folder instead of sending them: for trials, and for servers without mail."""

import asyncio
import os
from datetime import datetime
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from attrs import field, frozen

from adapters.mail.composing import Composer, safe_reference
from platform_core.accounts.model.credentials_letters import Letter
from platform_core.shared.errors import Unavailable

_SUFFIX = ".eml"
_PRIVATE = 0o600


class SpoolMailer:
    """Writes each letter as a file, complete or not at all.

    References begin with a UUIDv7, so names are in the order of time, and a letter that comes again replaces
    itself.
    """

    def __init__(self, folder: Path, composer: Composer) -> None:
        self._folder = folder
        self._composer = composer

    async def send(self, letter: Letter, reference: str) -> None:
        """Write the file in a thread."""
        message = self._composer.compose(letter, reference)
        name = safe_reference(reference) + _SUFFIX
        try:
            await asyncio.to_thread(self._write, name, message.as_bytes(policy=policy.SMTP))
        except OSError as error:
            raise Unavailable from error

    def _write(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        unfinished = self._folder / f".{name}.part"
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._folder / name)


@frozen
class SpooledLetter:
    """A letter in the folder, as a page shows it."""

    name: str
    to: str
    subject: str
    sent_at: datetime
    text: str = field(repr=False)


class Spool:
    """Reads the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def newest(self, limit: int = 50) -> tuple[SpooledLetter, ...]:
        """Return up to ``limit`` letters, newest first."""
        return await asyncio.to_thread(self._read, limit)

    def _read(self, limit: int) -> tuple[SpooledLetter, ...]:
        if not self._folder.is_dir():
            return ()
        names = sorted((path.name for path in self._folder.glob(f"[!.]*{_SUFFIX}")), reverse=True)
        return tuple(_letter(self._folder / name) for name in names[:limit])


def _letter(path: Path) -> SpooledLetter:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    text = body.get_content() if body is not None else ""
    sent_at = parsedate_to_datetime(str(message["Date"]))
    return SpooledLetter(path.stem, str(message["To"]), str(message["Subject"]), sent_at, text)
