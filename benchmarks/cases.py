"""Cases: making them, beside calls too, and reading them at a million. A quarter of an hour."""

from __future__ import annotations

from benchmarks import case_calls, case_reads, case_writes
from benchmarks.common import Figure


def main() -> list[Figure]:
    figures = case_writes.main() + case_calls.main()
    return figures + case_reads.main() + case_reads.main(plain=True)
