"""`/api/v1/bulk`: several operations in one request."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from mhud.web import bulk
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
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


@mhu.post("/bulk", right=())
async def run_operations(ctx: Context, body: BulkOperations) -> BulkResults:
    """Does up to 50 operations, in their order, each with its own rights, result and count.

    One that fails stops none of the others. Sign-in, secrets, files and another bulk can't be
    part of it. An Idempotency-Key is for the whole.
    """
    parts = [bulk.Part(**dict(one)) for one in body.operations]
    done = await bulk.run(ctx, parts)
    results = [OperationResult(status=one.status, body=one.body) for one in done]
    failed = sum(one.status >= 400 for one in results)
    return BulkResults(results=results, succeeded=len(results) - failed, failed=failed)
