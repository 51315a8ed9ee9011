"""`/api/v1/bulk`: several operations in one request."""

from __future__ import annotations

from mhud.web import bulk
from mhud.web.context import Context
from mhud.web.mhu.bulk_models import BulkOperations, BulkResults, OperationResult
from mhud.web.mhu.dialect import mhu


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
