"""Nobody overwrites what he has not seen."""

from __future__ import annotations

from collections.abc import Collection

from mhud.errors import Code, MhudError

Versions = Collection[int] | None  # those that may be replaced; None: any


def require_version(versions: Versions, version: int, what: str) -> None:
    """`version` is what there is now. Raises MhudError PRECONDITION_FAILED."""
    if versions is not None and version not in versions:
        raise MhudError(Code.PRECONDITION_FAILED, f"the {what} was changed meanwhile")
