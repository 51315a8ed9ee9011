"""Signing in by a code that is sent to one's address.

An address that nobody has gets the same answer, after the same work: its limits are counted, and a
code is made for it that nobody is told. Who has the address is looked up when the message's turn
comes, off the path of the answer.
"""

from __future__ import annotations

import hmac
import re
import secrets
from datetime import datetime, timedelta
from functools import partial

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mhud.clock import Clock
from mhud.config import OtpSettings, Settings
from mhud.errors import Code, MhudError
from mhud.messages.carriers import carriers, outbox_of
from mhud.messages.courier import SPREAD_S, Courier
from mhud.messages.message import Kind, Message
from mhud.numbers import Numbers
from mhud.services.access import Access, unauthenticated
from mhud.services.addresses import kind_of, normal
from mhud.services.attempts import GUESSING, HOUR, SENDING, SMS, Marks
from mhud.services.tokens import keyed_hash
from mhud.store.database import Tx
from mhud.store.one_time import OneTimeCode, OneTimeRepository
from mhud.store.users import User, UserRepository

GOOD_FOR = timedelta(minutes=5)
AGAIN_WITHIN = timedelta(seconds=60)  # the same code is sent once more
TRIES = 5
TIDY_S = 3600.0
KEPT = timedelta(hours=25)  # longer than the longest limit
WRONG = "the code is wrong or has expired"
_NONCE = 12


class Otp:
    """`send` and `verify` answer alike for addresses that are known and that are not."""

    def __init__(
        self,
        settings: OtpSettings,
        organization: str,
        access: Access,
        numbers: Numbers,
        courier: Courier,
    ) -> None:
        self.courier = courier
        self._settings = settings
        self._organization = organization
        self._access = access
        self._numbers = numbers
        self._clock: Clock = access.clock
        self.marks = Marks.of(access.api_key_key)
        self._key = self.marks.key

    @classmethod
    def open(cls, settings: Settings, access: Access, numbers: Numbers) -> Otp:
        """Raises OSError for a file of certificates that can't be read."""
        spread_s = SPREAD_S if outbox_of(settings, access.clock) is None else 0
        courier = Courier(carriers(settings, access.clock), access.clock, spread_s)
        return cls(settings.otp, settings.helpline.organization, access, numbers, courier)

    async def send(self, kind: Kind, address: str, ip: str) -> None:
        """Raises MhudError INVALID, RATE_LIMITED, SERVICE_UNAVAILABLE; the same for everybody."""
        self._require(kind)
        known_as = self.normal(kind, address)
        attempt = self.marks.attempt(self.marks.recipient(known_as), ip)
        now = self._clock.now()
        async with self._access.db.write() as tx:
            store = OneTimeRepository(tx)
            await attempt.check(store, SENDING, now)
            await attempt.note(store, "sent", now)
        self.courier.offer(kind, partial(self._message, kind, known_as))

    async def verify(self, address: str, code: str, ip: str) -> User:
        """Whose code it is; it is spent then. Raises MhudError UNAUTHENTICATED, RATE_LIMITED."""
        recipient = self.marks.recipient(self.normal(kind_of(address), address))
        attempt, now = self.marks.attempt(recipient, ip), self._clock.now()
        async with self._access.db.write() as tx:
            store = OneTimeRepository(tx)
            await attempt.check(store, GUESSING, now)
            await attempt.note(store, "tried", now)
            user_id = await self._spend(store, recipient, code, now)
            await attempt.note(store, "right" if user_id else "wrong", now)
        user = self._access.known.users.get(user_id or 0)
        if user is None or user.disabled:
            raise unauthenticated(WRONG)
        return user

    async def run(self) -> None:
        """For ever: drops what no limit needs any more."""
        while True:
            try:
                async with self._access.db.write() as tx:
                    await OneTimeRepository(tx).forget_before(self._clock.now() - KEPT)
            except MhudError:  # the database has said so itself
                pass
            await self._clock.sleep(TIDY_S)

    def normal(self, kind: Kind, address: str) -> str:
        """As addresses are compared. Raises MhudError INVALID for what is none."""
        return normal(kind, address, self._numbers, "addr_addr")

    def _require(self, kind: Kind) -> None:
        """Raises MhudError SERVICE_UNAVAILABLE."""
        if self.courier.serves(kind):
            return
        if kind == "phone":
            raise MhudError(Code.SERVICE_UNAVAILABLE, "no SMS gateway is configured here")
        raise MhudError(Code.SERVICE_UNAVAILABLE, "no mail server is configured here")

    async def _spend(
        self, store: OneTimeRepository, recipient: bytes, guess: str, now: datetime
    ) -> int | None:
        """The user whose code this is; None for a wrong one, which costs one of its tries."""
        stored = await store.code(recipient)
        right = hmac.compare_digest(
            stored.code_hash if stored else bytes(32), self._hash(recipient, guess)
        )
        if stored is None or not _is_good(stored, now):
            return None
        hit = right and stored.user_id is not None
        await store.change(
            recipient, tries=stored.tries + (not hit), used_at=now if hit else stored.used_at
        )
        return stored.user_id if hit else None

    async def _message(self, kind: Kind, known_as: str) -> Message | None:
        """When its turn has come. None: nobody has this address, or the cap is reached."""
        async with self._access.db.write() as tx:
            user = await UserRepository(tx).reached_at(kind, known_as)
            code = await self._code_for(tx, known_as, user)
            if user is None or (kind == "phone" and not await self._may_cost(tx)):
                return None
        filled = {"{code}": code, "{organization}": self._organization}
        template = self._settings.sms_text if kind == "phone" else self._settings.text
        text = re.sub(r"{code}|{organization}", lambda at: filled[at[0]], template)
        return Message(kind=kind, to=known_as, subject=self._settings.subject, text=text)

    async def _code_for(self, tx: Tx, known_as: str, user: User | None) -> str:
        """The one that he has had for less than a minute, else a new one."""
        store, now = OneTimeRepository(tx), self._clock.now()
        recipient, user_id = self.marks.recipient(known_as), user.id if user else None
        last = await store.code(recipient)
        if last is not None and last.user_id == user_id and _is_fresh(last, now):
            return self._unsealed(last)
        code = f"{secrets.randbelow(10**6):06}"
        new = OneTimeCode(
            recipient=recipient,
            user_id=user_id,
            code_hash=self._hash(recipient, code),
            sealed_code=self._sealed(recipient, code),
            created_at=now,
            expires_at=now + GOOD_FOR,
        )
        await store.put(new)
        return code

    async def _may_cost(self, tx: Tx) -> bool:
        """Only what is really sent counts: made-up numbers must not use the cap up."""
        store, now, everybody = OneTimeRepository(tx), self._clock.now(), self.marks.recipient(SMS)
        oldest = await store.nth_latest(everybody, SMS, self._settings.sms_per_hour)
        if oldest is not None and oldest + HOUR > now:
            self.courier.withheld("phone")
            return False
        await store.note(everybody, SMS, now)
        return True

    def _hash(self, recipient: bytes, code: str) -> bytes:
        return keyed_hash(f"{recipient.hex()} {code}", self._key)

    def _sealed(self, recipient: bytes, code: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._key).encrypt(nonce, code.encode(), recipient)

    def _unsealed(self, stored: OneTimeCode) -> str:
        sealed = stored.sealed_code or b""
        plain = AESGCM(self._key).decrypt(sealed[:_NONCE], sealed[_NONCE:], stored.recipient)
        return plain.decode()


def _is_good(code: OneTimeCode, now: datetime) -> bool:
    return code.used_at is None and code.tries < TRIES and now < code.expires_at


def _is_fresh(code: OneTimeCode, now: datetime) -> bool:
    return _is_good(code, now) and now < code.created_at + AGAIN_WITHIN
