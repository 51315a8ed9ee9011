"""Settings of calls, queues, and what mhud shares with Asterisk."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from mhud.config_types import Context, Hours, Line, Pattern, Section
from mhud.live.words import SlaFormula

OURS = frozenset(
    (
        "AUTO_ANSWER",
        "BACK",
        "CALLER_ID",
        "CONSULT",
        "HOLD",
        "MOVED_FROM",
        "REJOIN",
        "SECRET",
        "TARGET",
        "UNRECORDED",
    )
)
"""What the dialplan has from mhud under `MHU_` and these names (docs/dialplan.md)."""


class OriginateSettings(Section):
    """Outbound calls that the API starts."""

    context: Line = Field("outbound", description="Dialplan context that dials the destination.")
    allowed: tuple[Pattern, ...] = Field(
        (r"^\+?[0-9]{3,15}$",), description="A destination must match one of these patterns."
    )
    plus: Literal["keep", "strip", "00"] = Field(
        "keep", description="How a leading + reaches the dialplan."
    )
    agent_ring_s: int = Field(30, gt=0, le=300, description="How long the agent's phone rings.")
    max_simultaneous: int = Field(20, gt=0, description="More must wait, priority 1 first.")
    wait_s: int = Field(60, gt=0, description="A waiting originate expires after this.")
    variables: tuple[str, ...] = Field(
        ("case_id",), description="Client variables that go to Asterisk as MHU_<name>."
    )
    auto_answer_header: bool = Field(
        True, description="Ask the agent's phone to answer by itself (Alert-Info, Call-Info)."
    )

    @field_validator("variables")
    @classmethod
    def _none_of_ours(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        """With those an API consumer could switch recording off, or lead a consultation astray."""
        if taken := OURS & {name.upper() for name in names}:
            raise ValueError(
                f"{', '.join(sorted(taken))}: by MHU_ and that, call control is steered"
            )
        return names


class ControlSettings(Section):
    """Call control by API, through a few contexts of the dialplan: see docs/dialplan.md."""

    queue_context: Context = Field("queues", description="Extensions are the queues' ids.")
    agent_context: Context = Field(
        "transfer-agent", description="Rings the agent of an extension for a transferred call."
    )
    number_context: Context = Field(
        "transfer-number", description="Calls a number for a transferred call."
    )
    consult_context: Context = Field(
        "consult", description="Extension 1 goes to MHU_TARGET: attended transfers."
    )
    consult_wait_s: float = Field(
        8, gt=0, description="Longest wait until a consultation has begun."
    )
    rescue_context: Context = Field(
        "rescue", description="Extension s leads a caller to a queue whom his agent's phone left."
    )
    monitor_context: Context = Field(
        "supervise", description="Extensions listen, whisper and barge: ChanSpy on spy_target."
    )
    hold_feature: Context = Field(
        "mhu-hold", description="In applicationmap of features.conf: plays music to the other."
    )
    hold_keys: str = Field(
        "*#8", pattern=r"^[0-9A-D*#]{0,8}$", description="Its keys; empty: phones hold themselves."
    )
    key_ms: int = Field(160, ge=40, le=1000, description="How long each digit sounds.")


class QueueSettings(Section):
    """What Asterisk does not know about a queue. `mhud` settings changed by API win over these."""

    name: str | None = Field(None, description="Shown name; default the id.")
    extension: str | None = Field(None, description="What one dials to reach it.")
    max_wait_time: int | None = Field(None, gt=0, description="Seconds a caller waits at most.")
    announcement_id: str | None = Field(None, description="A key of asterisk.announcements.")
    music_on_hold_id: str | None = Field(None, description="A key of asterisk.music_on_hold.")
    service_level_seconds: int | None = Field(
        None, gt=0, description="Answered within this many seconds is good; default Asterisk's."
    )
    sla_formula: SlaFormula = Field(
        SlaFormula.WITHOUT_ABANDONED,
        description="`without-abandoned`, `handled-only`, `positive` or `negative`; see api.md.",
    )
    wrap_up_seconds: int = Field(10, ge=0, le=3600, description="Pause after a call; 0: none.")
    max_waiting: int | None = Field(
        None, ge=0, description="More waiting callers give queue.threshold_exceeded."
    )
    max_longest_wait: int | None = Field(
        None, gt=0, description="A longer wait in seconds gives queue.threshold_exceeded."
    )
    operating_hours: Hours = Field(
        None, description='Day → start and end, as `{start = "09:00", end = "17:00"}`.'
    )


class AsteriskSettings(Section):
    """Files and tables that mhud shares with Asterisk on the same host."""

    queue_include: Path | None = Field(
        None,
        description="The include of queues.conf that is mhud's own; without it the settings "
        "of queues.conf can't be changed by API.",
    )
    announcements: dict[str, Line] = Field(
        default_factory=dict, description="announcement_id → sound file name."
    )
    music_on_hold: dict[str, Line] = Field(
        default_factory=dict, description="music_on_hold_id → class of musiconhold.conf."
    )
    recordings: Path | None = Field(
        None,
        description="Where MixMonitor writes (/var/spool/asterisk/monitor): mhud takes recordings "
        "over from there, and offers none without it. Checked by `mhud doctor`.",
    )
    queue_log: Path | None = Field(
        None,
        description="Asterisk's queue_log. With it and `cdr`, calls that mhud did not see come "
        "into its history afterwards; docs/history.md.",
    )
    cdr: Path | None = Field(None, description="Master.csv of Asterisk's cdr-csv.")
    cdr_timezone: ZoneInfo = Field(
        ZoneInfo("UTC"), description="In which its times are: UTC with `usegmtime = yes`."
    )
    backfill_days: int = Field(
        30, ge=1, description="Calls that ended longer ago do not come into the history any more."
    )
