"""Several operations in one request, and what became of each."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from mhud.web.route import Wire

MOST = 50
Path = Annotated[str, Field(max_length=2048, pattern=r"^/[!-~]*$")]


class Operation(Wire):
    """`path` begins with the prefix of one of the dialects, or is under `/api/v1`."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: Path = Field(repr=False, examples=["/api/v1/calls/active"])
    body: dict[str, Any] | None = Field(None, repr=False)


class BulkOperations(Wire):
    operations: Annotated[list[Operation], Field(min_length=1, max_length=MOST)]


class OperationResult(BaseModel):
    """What the operation alone would have been answered."""

    status: int
    body: Any


class BulkResults(BaseModel):
    """In the order of the operations."""

    results: list[OperationResult]
    succeeded: int
    failed: int
