"""Webhooks as they are managed. Every method raises ClientError."""

from __future__ import annotations

from urllib.parse import quote

from mhud.client.http import MHU, Http
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

WEBHOOKS = f"{MHU}/webhooks"


class Webhooks:
    def __init__(self, http: Http) -> None:
        self._http = http

    async def all(self) -> WebhookList:
        return await self._http.get(WebhookList, WEBHOOKS)

    async def one(self, webhook_id: str) -> WebhookObject:
        return await self._http.get(WebhookObject, _path(webhook_id))

    async def add(self, webhook: NewWebhook) -> WebhookWithSecret:
        """Keep the secret: nobody can ask for it again. Asked once, as the answer holds it."""
        return await self._http.post(WebhookWithSecret, WEBHOOKS, webhook, once=False)

    async def update(self, webhook_id: str, change: WebhookChange) -> WebhookObject:
        return await self._http.put(WebhookObject, _path(webhook_id), change)

    async def delete(self, webhook_id: str) -> DeletedWebhook:
        return await self._http.delete(DeletedWebhook, _path(webhook_id))

    async def test(self, webhook_id: str) -> TestedWebhook:
        return await self._http.post(TestedWebhook, _path(webhook_id, "test"))

    async def rotate_secret(self, webhook_id: str, wish: Rotation) -> WebhookWithSecret:
        """Begins a rotation, or ends it. Asked once, as the answer may hold a secret."""
        path = _path(webhook_id, "rotate-secret")
        return await self._http.post(WebhookWithSecret, path, wish, once=False)

    async def deliveries(self, webhook_id: str, query: DeliveryQuery | None = None) -> DeliveryList:
        """Newest first, a page at a time."""
        return await self._http.get(DeliveryList, _path(webhook_id, "deliveries"), query)

    async def redeliver(self, webhook_id: str, delivery_id: str) -> DeliveryObject:
        path = _path(webhook_id, f"deliveries/{quote(delivery_id, safe='')}/redeliver")
        return await self._http.post(DeliveryObject, path)


def _path(webhook_id: str, what: str = "") -> str:
    path = f"{WEBHOOKS}/{quote(webhook_id, safe='')}"
    return f"{path}/{what}" if what else path
