"""A process that dies at its n-th touch of a file, to see what it leaves behind.

    python -m tests.dying N DATA_DIR encrypt|rekey

Ends with status 137 when it died, 0 when N was behind the last touch. SQLite's own touches are not
counted; what it does between two of ours is all or nothing by its journal.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from mhud.config import IsolatedSettings
from mhud.store import rotation

TOUCHES = {"open", "os.link", "os.rename", "os.remove", "os.chmod", "os.chown", "sqlite3.connect"}
KILLED = 137


def main(last: int, folder: Path, what: str) -> None:
    settings = IsolatedSettings.model_validate({"data_dir": folder})
    count = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event in TOUCHES and str(folder) in str(arguments[0]):
            count += 1
            if count == last:
                os._exit(KILLED)

    sys.addaudithook(hook)
    getattr(rotation, what)(settings)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
