"""`python -m benchmarks [ami rest sockets outbox night cases]`: the first five, or these.

Exit status 1: a gated target was missed.
"""

from __future__ import annotations

import importlib
import sys

from benchmarks.common import Figure, table

USUAL = ("ami", "rest", "sockets", "outbox", "night")
ALL = (*USUAL, "cases")


def main(names: list[str]) -> int:
    if set(names) - set(ALL):
        print(f"there are: {' '.join(ALL)}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for name in names or USUAL:
        figures += importlib.import_module(f"benchmarks.{name}").main()
    print(table(figures))
    return int(any(one.gated and one.holds is False for one in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
