"""Settings of reports: how long they are kept, and what making one may cost."""

from __future__ import annotations

from pydantic import Field

from mhud.config_types import Line, Linking, Section


class ReportSettings(Section):
    """Reports of calls. Their files are sealed in `reports` of the data directory."""

    keep_days: int = Field(7, gt=0, le=365, description="How long a report can be downloaded.")
    longest_s: float = Field(600, gt=0, description="Longest time that making one may take.")
    waiting_each: int = Field(
        20, gt=0, description="Reports of one person that may wait to be made."
    )
    spare_bytes: int = Field(
        268_435_456, ge=0, description="Left free on the disk, so that calls are still recorded."
    )
    subject: Line = Field(
        "Report: {name}", description="Of the e-mail of a scheduled report. `{name}` is filled in."
    )
    text: Linking = Field(
        "The report {name} of {organization} is ready, from {begin} to {end}.\n\n{link}\n\n"
        "It can be downloaded until {expires}, by who is signed in and may export data.",
        description="Of that e-mail. It holds the link, never the figures. `{name}`, "
        "`{organization}`, `{begin}`, `{end}`, `{link}` and `{expires}` are filled in.",
    )
