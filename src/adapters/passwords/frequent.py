"""The passwords that everybody tries first, from the frequency lists of zxcvbn."""

import asyncio
import re
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from platform_core.accounts.model.credentials import MIN_PASSWORD

_LIST = re.compile(r'"passwords": "([^"]+)"')
_LINE = "\n"


class ZxcvbnPasswords:
    """Looks through the list of the library, which is read when it is first asked for.

    The module is read as text and not imported: that would take 12 MB for lists that nobody needs. What is
    kept is one text of some 100 KB with the passwords that are long enough to be chosen here at all.
    """

    async def contain(self, password: str) -> bool:
        """Search the text; in a thread, since the first search reads the file."""
        return await asyncio.to_thread(self._contain, password)

    def _contain(self, password: str) -> bool:
        lowered = password.lower()
        return _LINE not in lowered and f"{_LINE}{lowered}{_LINE}" in self._text

    @cached_property
    def _text(self) -> str:
        spec = find_spec("zxcvbn")
        if spec is None or spec.origin is None:
            raise ModuleNotFoundError("zxcvbn")
        found = _LIST.search(Path(spec.origin).with_name("frequency_lists.py").read_text("utf-8"))
        if found is None:
            raise LookupError("zxcvbn keeps its list of passwords in another form")
        words = (word for word in found[1].split(",") if len(word.encode()) >= MIN_PASSWORD)
        return _LINE + _LINE.join(words) + _LINE
