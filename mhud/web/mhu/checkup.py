"""What `mhud doctor` says, over HTTP: `/health`. Whether the daemon works is at `/health/ready`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from mhud.services.checkup import Report
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu

RIGHT = "system_config"
State = Literal["ok", "warning", "wrong", "unknown"]


class CheckLine(BaseModel):
    """`fix`: how to mend it, null when all is well. `text` and `fix` are for people."""

    name: str
    state: State
    text: str
    fix: str | None


class CheckLines(BaseModel):
    """`running`: a look is under way, ask again. `failed`: the last one came to no end."""

    checked_at: datetime | None
    running: bool
    failed: bool
    counts: dict[State, int]
    checks: list[CheckLine]


@mhu.get("/health", right=RIGHT)
async def health(ctx: Context) -> CheckLines:
    """The doctor's lines as they were found last, at once. Older than 5 minutes, they are renewed.

    Nothing is known before the first look, which the first who asks begins.
    """
    return _lines(ctx.services.checkup.report())


@mhu.post("/health/check", right=RIGHT, status=202, idempotent=False)
async def check_again(ctx: Context) -> CheckLines:
    """Looks again, unless the last look ended within 10 seconds."""
    await ctx.services.trail.note(ctx.principal, "health.check", "health", "health")
    return _lines(ctx.services.checkup.again())


def _lines(report: Report) -> CheckLines:
    return CheckLines.model_validate(
        {
            "checked_at": report.checked_at,
            "running": report.running,
            "failed": report.failed,
            "counts": dict(report.counts),
            "checks": [
                {"name": one.name, "state": str(one.state), "text": one.text, "fix": one.fix}
                for one in report.findings
            ],
        }
    )
