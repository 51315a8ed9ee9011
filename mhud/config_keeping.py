"""What is kept, and for how long: files of cases, and everything that must go one day."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from mhud.config_types import Section

_OFFICE = "application/vnd.openxmlformats-officedocument"
_OPEN = "application/vnd.oasis.opendocument"
KINDS_OF_FILES = (
    "application/pdf",
    "application/rtf",
    "text/plain",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    f"{_OFFICE}.wordprocessingml.document",
    f"{_OFFICE}.spreadsheetml.sheet",
    f"{_OFFICE}.presentationml.presentation",
    f"{_OPEN}.text",
    f"{_OPEN}.spreadsheet",
    f"{_OPEN}.presentation",
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/tiff",
    "image/heic",
    "image/bmp",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/x-wav",
    "audio/x-flac",
    "audio/aac",
    "audio/amr",
    "video/mp4",
    "video/webm",
    "video/quicktime",
    "video/3gpp",
    "video/x-matroska",
    "video/x-msvideo",
)


class AttachmentSettings(Section):
    """Files that people add to cases. They are sealed in `attachments` of the data directory."""

    types: tuple[str, ...] = Field(
        KINDS_OF_FILES, description="What a file may be, told from its bytes; others are refused."
    )
    max_bytes: int = Field(100_000_000, gt=0, description="A larger file is refused (413).")
    stall_s: float = Field(
        30, gt=0, description="No byte for this long: an upload or a download is given up."
    )
    longest_s: float = Field(3600, gt=0, description="Longest time that an upload may take.")
    at_once: int = Field(16, gt=0, description="Uploads at the same time.")
    at_once_each: int = Field(4, gt=0, description="Of these, those of one person or key.")
    spare_bytes: int = Field(
        268_435_456, ge=0, description="Left free on the disk, so that calls are still recorded."
    )


def _days(default: int | None, description: str, least: int = 1) -> Any:
    return Field(default, ge=least, description=description)


class RetentionSettings(Section):
    """After how many days what goes; none: it is kept. Law and donors say different things here,
    so what tells of people in need stays until somebody decides. docs/keeping.md explains each.
    """

    deleted_cases_days: int | None = _days(30, "Deleted cases: from then on nobody restores them.")
    cases_days: int | None = _days(None, "Resolved and closed cases, after their last change.")
    attachments_days: int | None = _days(None, "Files of cases that were resolved so long ago.")
    recordings_days: int | None = _days(None, "Recordings, after the call.")
    clients_days: int | None = _days(None, "Clients without a case, after the last contact.")
    communications_days: int | None = _days(None, "Communications that belong to no case.")
    callbacks_days: int | None = _days(180, "Callbacks that are done or cancelled.")
    missed_callers_days: int | None = _days(
        30, "Callers whom nobody reached since they called in vain, after their last try."
    )
    drafts_days: int | None = _days(30, "Unfinished forms.")
    numbers_days: int | None = _days(
        90, "Numbers in call records: fingerprints take their place, which still count callers."
    )
    calls_days: int | None = _days(None, "Call records.")
    webhooks_days: int | None = _days(7, "What was posted to webhooks, or waits for it.")
    usage_days: int | None = _days(400, "How much each API key asked, by day.")
    audit_days: int | None = _days(1095, "Lines of the audit trail; 90 at least.", least=90)
