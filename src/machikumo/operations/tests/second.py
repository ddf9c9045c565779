"""A second, empty Machikumo beside the one under test: own folder, own PostgreSQL, own keys and secrets."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from machikumo.site import postgres

if TYPE_CHECKING:
    from collections.abc import Iterator

FOREIGN = ("DATABASE_URL", "MACHIKUMO_DATABASE", "MACHIKUMO_KEYS", "MACHIKUMO_VAR")
SOURCE = str(Path(__file__).resolve().parents[3])
READY = "from machikumo.site.setup import start_django; start_django()\n"


@dataclass(frozen=True)
class Installation:
    """An installation that is only met through its commands and its programs."""

    var: Path

    @property
    def environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        ours |= {"MACHIKUMO_VAR": str(self.var), "DJANGO_SETTINGS_MODULE": "machikumo.site.settings"}
        return ours | {"PYTHONPATH": SOURCE, "PYTHONWARNINGS": "ignore"}

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "machikumo", *arguments]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, env=self.environment, stdout=pipe, stderr=pipe, text=True)

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit code, and what was said."""
        command = [sys.executable, "-m", "machikumo", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def ask(self, program: str, **facts: Any) -> Any:
        """What the program prints last, as JSON; ``facts`` is what it was given."""
        text = f"{READY}import json\nfacts = json.loads({json.dumps(json.dumps(facts))})\n{program}"
        command = [sys.executable, "-c", text]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def second_installation() -> Iterator[Installation]:
    """Made from nothing, and taken away again with its server."""
    var = Path(tempfile.mkdtemp(prefix="machikumo-second-", dir="/tmp"))
    var.chmod(0o755)  # the server runs as another account where this one is root
    here = Installation(var)
    try:
        code, said = here.run("migrate")
        assert code == 0, said
        yield here
    finally:
        postgres.stop_server(var / "postgres")
        shutil.rmtree(var, ignore_errors=True)
