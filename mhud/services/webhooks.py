"""Who is told by webhook: registered, changed, tried out, and given another secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import Code, MhudError, conflict, kind, not_found
from mhud.feeds.ledger import Ledger
from mhud.ids import new_webhook_id
from mhud.outside import Outside
from mhud.services.retention import MHUD
from mhud.services.rights import Principal
from mhud.services.trail import Trail
from mhud.services.webhook_parts import Outbox, Shown
from mhud.services.webhook_rules import (
    check_change,
    check_rights,
    check_secret,
    check_url,
    host_of,
    new_secret,
    rotated,
)
from mhud.store import delivery_log
from mhud.store.database import Database, Tx
from mhud.store.delivery_log import Delivery as Delivery
from mhud.store.delivery_log import DeliveryPage as DeliveryPage
from mhud.store.webhooks import Webhook as Webhook
from mhud.store.webhooks import WebhookRepository

log = structlog.get_logger(__name__)
KIND = "webhook"
GONE = "gone"
FORGET_STEP = 500
LEADS = ("url", "events", "include_details")  # what decides who gets to know what
CHANGES = (
    *("url", "events", "description", "include_details", "active", "disabled_reason"),
    *("secret", "next_secret", "rotated_at", "after_seq", "updated_at"),
)


class Webhooks:
    """A wish holds the fields that were sent. What is changed holds from the next try on."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        db: Database,
        ledger: Ledger,
        outbox: Outbox,
        trail: Trail,
    ) -> None:
        self.outbox = outbox
        outbox.on_gone = self.gone
        self._db = db
        self._clock = clock
        self._settings = settings.webhooks
        self._ledger = ledger
        self._trail = trail
        self._outside = Outside(settings.webhooks.allowed_networks)

    # ---- reading

    async def known(self) -> list[Shown]:
        """Oldest first. Raises MhudError SERVICE_UNAVAILABLE."""
        async with self._db.read() as tx:
            found = await WebhookRepository(tx).all()
            counts = await delivery_log.waiting_counts(tx, [one.id for one in found])
        return [self._shown(one, counts.get(one.id, 0)) for one in found]

    async def one(self, ident: str) -> Shown:
        """Raises MhudError NOT_FOUND."""
        async with self._db.read() as tx:
            found = await _found(tx, ident)
            counts = await delivery_log.waiting_counts(tx, [ident])
        return self._shown(found, counts.get(ident, 0))

    async def deliveries(
        self, ident: str, state: str | None, limit: int, cursor: str | None
    ) -> DeliveryPage:
        """Newest first. Raises MhudError NOT_FOUND; INVALID for a cursor that is none of ours."""
        async with self._db.read() as tx:
            await _found(tx, ident)
            return await delivery_log.page(tx, ident, state, limit, cursor)

    # ---- changing

    async def add(self, who: Principal, wish: Mapping[str, Any]) -> Shown:
        """Gets what happens from now on. A secret that is made is in the answer, this once.

        Raises MhudError INVALID, FORBIDDEN or CONFLICT.
        """
        check_rights(who, wish["events"], details=wish.get("include_details", False))
        await check_url(wish["url"], self._outside)
        given, now = wish.get("secret"), self._clock.now()
        if given is not None:
            check_secret(given)
        webhook = Webhook(
            id=new_webhook_id(),
            url=wish["url"],
            events=tuple(wish["events"]),
            description=wish.get("description") or "",
            include_details=wish.get("include_details", False),
            active=wish.get("active", True),
            secret=given or new_secret(),
            after_seq=self._ledger.last_seq,
            created_by=who.user_id,
            created_at=now,
            updated_at=now,
        )
        async with self._db.write() as tx:
            if await WebhookRepository(tx).count() >= self._settings.most:
                raise conflict("there are as many webhooks as the settings permit")
            await WebhookRepository(tx).add(webhook)
            await self._record(tx, who, "create", webhook)
        await self.outbox.reload()
        shown = self._shown(webhook, 0)
        return shown if given else replace(shown, new_secret=webhook.secret)

    async def change(self, who: Principal, ident: str, wish: Mapping[str, Any]) -> Shown:
        """What is sent. Switched on, it gets what happens from then on, after what waited.

        Raises MhudError NOT_FOUND, INVALID or FORBIDDEN.
        """
        if "url" in wish:
            await check_url(wish["url"], self._outside)
        async with self._db.write() as tx:
            before = await _found(tx, ident)
            after = replace(before, **wish, updated_at=self._clock.now())
            after = replace(after, events=tuple(after.events))
            if wish.get("active") or any(name in wish for name in LEADS):
                check_change(who, before, after)
            if after.active and not before.active:
                after = replace(after, after_seq=self._ledger.last_seq, disabled_reason=None)
            await self._write(tx, after)
            await self._record(tx, who, "update", after, fields=sorted(wish))
        await self.outbox.reload()
        return await self.one(ident)

    async def remove(self, who: Principal, ident: str) -> None:
        """With all that waited for it, and its log. Raises MhudError NOT_FOUND."""
        async with self._db.write() as tx:
            webhook = await _found(tx, ident)
            await WebhookRepository(tx).remove(ident)
            await self._record(tx, who, "delete", webhook)
        await self.outbox.reload()
        removed = FORGET_STEP
        while removed == FORGET_STEP:
            async with self._db.write() as tx:
                removed = await delivery_log.remove(tx, ident, FORGET_STEP)

    async def rotate(self, who: Principal, ident: str, given: str | None) -> Shown:
        """A new secret signs beside the old one. One that is made is in the answer, this once.

        Raises MhudError NOT_FOUND or INVALID.
        """
        if given is not None:
            check_secret(given)
        fresh, now = given or new_secret(), self._clock.now()
        async with self._db.write() as tx:
            webhook = self._settled(await _found(tx, ident))
            webhook = replace(webhook, next_secret=fresh, rotated_at=now, updated_at=now)
            await self._write(tx, webhook)
            await self._record(tx, who, "rotate-secret", webhook)
        await self.outbox.reload()
        shown = await self.one(ident)
        return shown if given else replace(shown, new_secret=fresh)

    async def end_rotation(self, who: Principal, ident: str) -> Shown:
        """Only the new secret signs from now on.

        Raises MhudError NOT_FOUND; CONFLICT when no secret rotates.
        """
        async with self._db.write() as tx:
            webhook = await _found(tx, ident)
            if webhook.next_secret is None:
                raise conflict("no secret of this webhook is being rotated")
            webhook = replace(rotated(webhook), updated_at=self._clock.now())
            await self._write(tx, webhook)
            await self._record(tx, who, "end-rotation", webhook)
        await self.outbox.reload()
        return await self.one(ident)

    # ---- trying out

    async def test(self, who: Principal, ident: str) -> Delivery:
        """A delivery that tells of nothing, tried once and at once.

        Raises MhudError NOT_FOUND; CONFLICT for a webhook that is switched off.
        """
        async with self._db.read() as tx:
            webhook = await _found(tx, ident)
        if not webhook.active:
            raise conflict("this webhook is switched off")
        await self._trail.record(who, "webhook.test", ident, KIND)
        try:
            n = await self.outbox.test(webhook)
        except TimeoutError as error:
            raise MhudError(Code.SERVICE_UNAVAILABLE, "the test was not made in time") from error
        async with self._db.read() as tx:
            return await delivery_log.numbered(tx, n)

    async def redeliver(self, who: Principal, ident: str, delivery_id: str) -> Delivery:
        """One that was delivered or given up waits again, as if it were new.

        Raises MhudError NOT_FOUND; CONFLICT while it waits, or for a webhook that is switched off.
        """
        until = self._clock.now() + timedelta(seconds=self._settings.give_up_s)
        async with self._db.write() as tx:
            webhook = await _found(tx, ident)
            found = await delivery_log.get(tx, ident, delivery_id)
            if found is None:
                raise not_found("delivery", delivery_id)
            if not webhook.active:
                raise conflict("this webhook is switched off")
            if found.state == "waiting":
                raise conflict("this delivery waits already")
            line = await delivery_log.again(tx, found.n, until)
            await self._record(tx, who, "redeliver", webhook, delivery=found.id)
        self.outbox.again(ident, line, found.n)
        async with self._db.read() as tx:
            return await delivery_log.numbered(tx, found.n)

    async def gone(self, ident: str) -> None:
        """Its receiver has said that it is no more. A disk that refuses is logged."""
        values = {"active": False, "disabled_reason": GONE, "updated_at": self._clock.now()}
        try:
            async with self._db.write() as tx:
                await WebhookRepository(tx).change(ident, values)
                await self._trail.record_in(tx, MHUD, "webhook.disable", ident, KIND, reason=GONE)
            await self.outbox.reload()
        except MhudError as error:
            log.error("webhook_not_disabled", webhook_id=ident, reason=kind(error))

    # ---- what they share

    async def _write(self, tx: Tx, webhook: Webhook) -> None:
        values = {name: getattr(webhook, name) for name in CHANGES}
        await WebhookRepository(tx).change(webhook.id, values)

    async def _record(
        self, tx: Tx, who: Principal, action: str, webhook: Webhook, **details: Any
    ) -> None:
        details |= {"host": host_of(webhook.url), "include_details": webhook.include_details}
        await self._trail.record_in(tx, who, f"webhook.{action}", webhook.id, KIND, **details)

    def _settled(self, webhook: Webhook) -> Webhook:
        """A rotation whose time is over has ended."""
        ends = self._rotation_ends(webhook)
        return rotated(webhook) if ends is not None and ends <= self._clock.now() else webhook

    def _rotation_ends(self, webhook: Webhook) -> datetime | None:
        if webhook.next_secret is None or webhook.rotated_at is None:
            return None
        return webhook.rotated_at + timedelta(seconds=self._settings.rotation_s)

    def _shown(self, webhook: Webhook, waiting: int) -> Shown:
        ends = self._rotation_ends(self._settled(webhook))
        return Shown(webhook, waiting, self.outbox.is_away(webhook.id), ends)


async def _found(tx: Tx, ident: str) -> Webhook:
    """Raises MhudError NOT_FOUND."""
    found = await WebhookRepository(tx).get(ident)
    if found is None:
        raise not_found(KIND, ident)
    return found
