"""How recordings are taken over from Asterisk."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from mhud.config_types import Section


class RecordingSettings(Section):
    """Where Asterisk writes them is `asterisk.recordings`. They are sealed in `recordings` of the
    data directory. docs/recordings.md explains more.
    """

    bit_rate: Literal[8, 16, 24, 32, 40, 48, 56, 64] = Field(
        24, description="Of the MP3, in kbit/s: at 24 an hour is 11 MB."
    )
    keep_wav: bool = Field(
        False, description="Leave Asterisk's files where they are; else they go once sealed."
    )
    missing_after_s: float = Field(
        60, ge=0, description="So long after a call a file that is not there is waited for."
    )
    encode_s: float = Field(300, gt=0, description="Longest time that the encoder may take.")
    stall_s: float = Field(
        30, gt=0, description="Who takes no byte of a recording for this long is given up."
    )
