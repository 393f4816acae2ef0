"""The walk in the README works as it is written."""

import re
import subprocess
import sys
from pathlib import Path

from tests.e2e.served import Site

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def the_walk(url: str) -> str:
    """Return the commands of the walk, meant for another port and this interpreter."""
    section = README.read_text().split("## A walk")[1].split("\n## ")[0]
    commands = "\n".join(BLOCK.findall(section))
    return commands.replace("http://127.0.0.1:8080", url).replace(".venv/bin/python", sys.executable)


def test_the_walk_shows_what_the_readme_says(embedded_site: Site, tmp_path: Path) -> None:
    url = embedded_site.here.url
    done = subprocess.run(
        ["bash", "-c", the_walk(url)], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    shown = done.stdout
    assert "post:published {'post_id':" in shown
    assert "One accurate measurement is worth a thousand opinions." in shown
    assert "{'love': 1}" in shown
    assert "\nreaction\n" in shown
    assert "Traceback" not in done.stderr
