"""What was seen each second of the load, and the lines that say it."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.asterisk.load_truth import Pair


@dataclass
class Sample:
    """What mhud answered, when it was asked, and how busy everybody was in the second before."""

    asked: float
    answered: float
    seen: frozenset[Pair]
    lag: float
    inbox: float
    cpu: dict[str, float]
    behind: float | None = None


@dataclass
class Stretch:
    """A time at one rate."""

    rate: float
    made: float = 0.0  # calls a second that began in Asterisk
    samples: list[Sample] = field(default_factory=list)

    @property
    def late(self) -> list[Sample]:
        return [sample for sample in self.samples if sample.behind is None]

    @property
    def holds(self) -> bool:
        """Asterisk took the calls, and mhud was fresh."""
        return not self.late and self.made >= 0.95 * self.rate

    def lines(self) -> Iterator[str]:
        seen = self.samples
        behind = sorted(s.behind for s in seen if s.behind is not None) or [0.0]
        yield f"{self.rate:g} calls/s for {len(seen)} s: {len(seen) - len(self.late)} answers fresh"
        yield f"  calls/s that Asterisk took: {self.made:.1f}"
        yield f"  behind: median {statistics.median(behind):.3f} s, most {behind[-1]:.3f} s"
        yield f"  calls at once: most {max(len(s.seen) for s in seen)}"
        yield f"  callers waiting: most {max(sum(1 for _, q in s.seen if q) for s in seen)}"
        yield f"  answer of /calls/active: slowest {max(s.answered - s.asked for s in seen):.3f} s"
        yield f"  ledger: most {max(s.lag for s in seen):g} events not on disk"
        yield f"  inbox: most {max(s.inbox for s in seen):g} events"
        for who in seen[0].cpu:
            each = [s.cpu[who] for s in seen]
            yield f"  {who}: {statistics.mean(each):.2f} of a core, most {max(each):.2f}"
