"""Finding and reading the tables under data/."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from machikumo.kernel.errors import MachikumoError


class OfficialDataError(MachikumoError):
    """A table that should be under data/ is not there."""

    status = 500

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"公的データの表「{path}」がありません。"
            "リポジトリの data フォルダを置くか、環境変数 MACHIKUMO_DATA でその場所を指定してください。",
            f"The official table '{path}' is missing: restore it or set MACHIKUMO_DATA.",
        )


def data_folder() -> Path:
    """Return the folder of the official tables: the environment's MACHIKUMO_DATA, else data/ beside src/."""
    named = os.environ.get("MACHIKUMO_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[4] / "data"


def records(*path: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a UTF-8 CSV table under the data folder, keyed by its header.

    Raises:
        OfficialDataError: the file is not there.
    """
    file = data_folder().joinpath(*path)
    if not file.is_file():
        raise OfficialDataError(file)
    with file.open(encoding="utf-8-sig", newline="") as stream:
        yield from csv.DictReader(stream)
