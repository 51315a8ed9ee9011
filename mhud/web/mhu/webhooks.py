"""Webhooks: `/api/v1/webhooks`. A secret that was made is in one answer, and nowhere else."""

from __future__ import annotations

from typing import Any

from mhud.errors import invalid
from mhud.services.webhook_parts import Shown
from mhud.services.webhooks import Delivery
from mhud.web.context import Context
from mhud.web.mhu.dialect import mhu
from mhud.web.mhu.webhook_models import (
    DeletedWebhook,
    DeliveryList,
    DeliveryObject,
    DeliveryQuery,
    NewWebhook,
    Rotation,
    TestedWebhook,
    WebhookChange,
    WebhookList,
    WebhookObject,
    WebhookWithSecret,
)

RIGHT = "manage_webhooks"


@mhu.get("/webhooks", right=RIGHT)
async def list_webhooks(ctx: Context) -> WebhookList:
    """All of them, oldest first."""
    found = [WebhookObject(**_object(one)) for one in await ctx.services.webhooks.known()]
    return WebhookList(webhooks=found, total=len(found))


@mhu.post("/webhooks", right=RIGHT, status=201, idempotent=False)
async def create_webhook(ctx: Context, body: NewWebhook) -> WebhookWithSecret:
    """Tell an address of events, from now on; only of such as you may see yourself."""
    made = await ctx.services.webhooks.add(ctx.principal, body.model_dump())
    return WebhookWithSecret(**_object(made), secret=made.new_secret)


@mhu.get("/webhooks/{webhook_id}", right=RIGHT)
async def one_webhook(ctx: Context, webhook_id: str) -> WebhookObject:
    """One of them, and how many deliveries wait for it."""
    return WebhookObject(**_object(await ctx.services.webhooks.one(webhook_id)))


@mhu.put("/webhooks/{webhook_id}", right=RIGHT)
async def update_webhook(ctx: Context, webhook_id: str, body: WebhookChange) -> WebhookObject:
    """Changes what is sent. One that is switched off gets nothing of what happens meanwhile."""
    found = await ctx.services.webhooks.change(ctx.principal, webhook_id, body.sent())
    return WebhookObject(**_object(found))


@mhu.delete("/webhooks/{webhook_id}", right=RIGHT)
async def delete_webhook(ctx: Context, webhook_id: str) -> DeletedWebhook:
    """With what waits for it, and its log."""
    await ctx.services.webhooks.remove(ctx.principal, webhook_id)
    return DeletedWebhook(webhook_id=webhook_id)


@mhu.post("/webhooks/{webhook_id}/test", right=RIGHT)
async def test_webhook(ctx: Context, webhook_id: str) -> TestedWebhook:
    """Sends `webhook.test` at once, once, and says what the receiver answered."""
    tried = await ctx.services.webhooks.test(ctx.principal, webhook_id)
    return TestedWebhook(**_delivery(tried), success=tried.state == "delivered")


@mhu.post("/webhooks/{webhook_id}/rotate-secret", right=RIGHT, idempotent=False)
async def rotate_secret(ctx: Context, webhook_id: str, body: Rotation) -> WebhookWithSecret:
    """A new secret signs beside the old one, for a day or until `{"end": true}`."""
    webhooks = ctx.services.webhooks
    if body.end and body.secret is not None:
        raise invalid("secret", "has no place where a rotation ends")
    if body.end:
        shown = await webhooks.end_rotation(ctx.principal, webhook_id)
    else:
        shown = await webhooks.rotate(ctx.principal, webhook_id, body.secret)
    return WebhookWithSecret(**_object(shown), secret=shown.new_secret)


@mhu.get("/webhooks/{webhook_id}/deliveries", right=RIGHT)
async def list_deliveries(ctx: Context, webhook_id: str, query: DeliveryQuery) -> DeliveryList:
    """What went out, what waits and what was given up, newest first."""
    page = await ctx.services.webhooks.deliveries(
        webhook_id, query.state, query.limit, query.cursor
    )
    found = [DeliveryObject(**_delivery(one)) for one in page.deliveries]
    return DeliveryList(deliveries=found, next_cursor=page.next_cursor)


@mhu.post("/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver", right=RIGHT)
async def redeliver(ctx: Context, webhook_id: str, delivery_id: str) -> DeliveryObject:
    """One that was delivered or given up waits again; with its old id and its old bytes."""
    found = await ctx.services.webhooks.redeliver(ctx.principal, webhook_id, delivery_id)
    return DeliveryObject(**_delivery(found))


def _object(shown: Shown) -> dict[str, Any]:
    webhook = shown.webhook
    names = ("id", "url", "description", "active", "include_details", "disabled_reason")
    names_of_making = ("created_by", "created_at", "updated_at")
    return {
        **{name: getattr(webhook, name) for name in (*names, *names_of_making)},
        "events": list(webhook.events),
        "failing": shown.is_away,
        "waiting": shown.waiting,
        "rotation_ends_at": shown.rotation_ends_at,
    }


def _delivery(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.id,
        "event_type": one.type,
        "seq": one.seq,
        "state": one.state,
        "attempts": one.attempts,
        "response_status": one.status,
        "error": one.error,
        "duration_ms": one.duration_ms,
        "created_at": one.created_at,
        "last_attempt_at": one.tried_at,
        "next_attempt_at": one.next_at,
        "give_up_at": one.give_up_at,
        "failures": list(one.failures),
    }
