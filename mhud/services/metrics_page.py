"""Prints docs/metrics.md: `python -m mhud.services.metrics_page > docs/metrics.md`."""

from __future__ import annotations

from mhud.services.metrics import MEASURES, METRICS

HEAD = """\
# What reports count

Written by `python -m mhud.services.metrics_page` from `mhud/services/metrics.py`, where each
metric is defined once. How a report is asked for is in [reports.md](reports.md).

## The rules

- Calls count when they are over. Those between colleagues count only if they waited in a queue;
  those by which a supervisor listens to a call, and those that became part of another call
  (`merged`), do not count; stays in queues of the latter do, as on the wallboard.
- **A call counts once, where it began**: with all its parts in the hour, day, week or month of
  its `start_time`, also when it ends after midnight; for its `queue_id` and its `agent_id`, as
  the history shows them. So a report of a queue counts the calls that `GET /api/v1/calls?queue=`
  lists, and the rows of a report add up.
- Stays in queues count for their own queue, and for the agent who answered. A caller who goes
  through two queues is one call and two stays. A conversation counts for its agent, under the
  queue through which he took the call.
- Hours, days, weeks (from Monday) and months are the time zone's that was asked for. When the
  clocks change a day has 23 or 25 hours; the hour that comes twice has two rows, told apart by
  their offsets.
- Numbers are compared in all their spellings. What stands for a caller is a keyed hash, which
  stays when his number has become a fingerprint; of who was erased a random value takes its
  place, so that he still counts as somebody. Withheld numbers are in no figure of callers.
- An agent's time counts when it passed, to the second. His present status counts when it ends.
- Seconds are whole, averages of them too, half a second up. Percentages have one decimal, as on
  the wallboard. A cell is null where there was nothing to measure: no call has no average, and 0
  of 0 is no percentage.
- Calls whose records are gone (`retention.calls_days`) stay counted; only a stretch that begins
  or ends within a quarter of an hour can't count theirs there.
- Calls that mhud did not see, and found in Asterisk's books later, count like others, with what
  the books can tell.

`mhud recount` adds everything up again from the records, beside a running mhud. It changes
nothing unless a figure was wrong, but callers who were erased are in no figure of callers then.
After an update from a version without reports it happens by itself.

## Metrics

| `metrics` | Unit | What it is | Formula |
|---|---|---|---|
"""
MIDDLE = """
## What is added up

`feeds/counting.py` adds these up, call by call, in the transaction that writes the call's record.

| Sum | Of |
|---|---|
"""


def page() -> str:
    metrics = "".join(
        f"| `{one.name}` | {one.unit} | {one.means} | {one.formula} |\n" for one in METRICS.values()
    )
    sums = "".join(f"| {name} | {of} |\n" for name, of in MEASURES.items())
    return f"{HEAD}{metrics}{MIDDLE}{sums}"


if __name__ == "__main__":
    print(page(), end="")
