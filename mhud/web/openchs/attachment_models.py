"""What is said about files of cases."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, StringConstraints

from mhud.services.attachments import About, Attachment
from mhud.web.context import Context
from mhud.web.openchs.names import name_of
from mhud.web.route import Wire

LONGEST_NAME = 200
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
FileType = Literal["document", "audio", "image", "video", "other"]
Text = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=True)]


class AttachmentForm(Wire):
    """The text parts. Without a `file_type` the file's own kind decides."""

    description: Text | None = None
    file_type: FileType | None = None

    def about(self, name: str) -> About:
        return About(
            original_filename=name,
            description=self.description or None,
            file_type=self.file_type,
        )


class Uploaded(BaseModel):
    """`filename` is the name that we gave; `file_size` in bytes."""

    id: int
    filename: str
    file_size: int
    mime_type: str
    file_type: FileType
    uploaded_at: datetime


class Listed(BaseModel):
    """`original_filename` is the sender's, cleaned: for people to read, not for a disk."""

    id: int
    filename: str
    original_filename: str
    file_size: int
    mime_type: str
    file_type: FileType
    description: str | None
    uploaded_by: str
    uploaded_by_display_name: str
    uploaded_at: datetime
    sha256: str = Field(description="Of the file as it was sent.")

    @classmethod
    def of(cls, ctx: Context, one: Attachment) -> Self:
        return cls(
            id=one.id,
            filename=one.filename,
            original_filename=one.original_filename,
            file_size=one.file_size,
            mime_type=one.mime_type,
            file_type=one.file_type,
            description=one.description,
            uploaded_by=one.uploaded_by_name,
            uploaded_by_display_name=name_of(ctx, one.uploaded_by) or one.uploaded_by_name,
            uploaded_at=one.uploaded_at,
            sha256=one.sha256.hex(),
        )


def shown(name: str) -> str:
    """Its last part, without what can't be seen or turns the reading direction; never empty."""
    last = PurePosixPath(name.replace("\\", "/")).name
    seen = "".join(char for char in last if unicodedata.category(char) not in _HIDDEN)
    return seen.strip(" .")[:LONGEST_NAME] or "unnamed"
