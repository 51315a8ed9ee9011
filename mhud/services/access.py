"""Who asks? Credentials are checked against memory; the store is read only when access changed.

Every change bumps a stamp in its own transaction. This process reads again at once; another one
(the command line changed something) sees the stamp within a second.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from mhud.clock import Clock
from mhud.config import Settings
from mhud.errors import Code, MhudError
from mhud.numbers import Numbers
from mhud.services.known import NOTHING, read, trying
from mhud.services.known import Known as Known
from mhud.services.logins import Logins, Open
from mhud.services.passwords import BackOff, Passwords
from mhud.services.rights import BUILT_IN_ROLES, Principal, common, expand
from mhud.services.rights import NOBODY as NOBODY
from mhud.services.tokens import Claims, key_file, keyed_hash, verify
from mhud.services.trail import Trail
from mhud.store.access import AccessRepository, ApiKey
from mhud.store.database import Database
from mhud.store.idempotency import IdempotencyRepository
from mhud.store.logins import LoginRepository
from mhud.store.roles import RoleRepository
from mhud.store.users import User

log = structlog.get_logger(__name__)
TOKEN_KEY, API_KEY_KEY = "token.key", "api-keys.key"  # files in the data directory
UNREAD = -1  # no stamp: read again at the next look
POLL_S = 1.0
CATCH_UP_S = 0.1
HOUSEKEEPING = 60  # polls between writes of what may wait
TOKENS_KEPT = 4096
RATES = {"standard": 60, "premium": 300}  # requests per minute
PEOPLE_RATE = 600
RETRY_KEPT = timedelta(hours=24)  # answers to requests with an Idempotency-Key


def unauthenticated(message: str) -> MhudError:
    return MhudError(Code.UNAUTHENTICATED, message)


class Access:
    """`authenticate_*` never wait. `run()` keeps up with other processes."""

    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        self.db = db
        self.clock = clock
        self.trail = Trail(db, clock)
        self.tokens = settings.tokens
        self.folder = settings.data_dir
        self.numbers = Numbers(settings.helpline.region)
        self.logins = Logins(clock, settings.logins)
        self.passwords = Passwords()
        self.back_off = BackOff(clock)
        self.known = NOTHING
        self.token_key = b""
        self.api_key_key = b""
        self.reading = asyncio.Lock()  # while one holds it, `known` and `logins` are not replaced
        self._stamp = UNREAD
        self._next_look = clock.monotonic()
        self._principals: dict[str, Principal] = {}
        self._by_token: dict[str, Principal] = {}
        self._used: dict[str, datetime] = {}
        self._written: dict[str, datetime] = {}
        self._watchers: list[Callable[[], None]] = []

    @classmethod
    async def open(cls, db: Database, clock: Clock, settings: Settings) -> Access:
        """Seeds the roles. Raises OSError or ValueError when a key file can't be used."""
        access = cls(db, clock, settings)
        access.api_key_key = await asyncio.to_thread(key_file, settings.data_dir / API_KEY_KEY)
        async with db.write() as tx:
            if await RoleRepository(tx).seed(BUILT_IN_ROLES):
                await AccessRepository(tx).bump()
        await access.reload()
        return access

    def on_change(self, tell: Callable[[], None]) -> None:
        """`tell` is called after each change of who may do what: sockets look again."""
        self._watchers.append(tell)

    def authenticate_key(self, text: str) -> Principal:
        """Raises MhudError UNAUTHENTICATED."""
        key = self.known.keys.get(keyed_hash(text, self.api_key_key))
        principal = self._of_key(key) if key else None
        if key is None or principal is None:
            raise unauthenticated("The provided API key is invalid or has expired")
        self._used[key.id] = self.clock.now()
        return principal

    def authenticate_token(self, text: str) -> Principal:
        """Raises MhudError UNAUTHENTICATED."""
        principal = self._by_token.get(text) or self._of_claims(verify(text, self.token_key))
        if principal is None or self._expired(principal.expires_at):
            raise unauthenticated("the token is invalid or has expired")
        if len(self._by_token) >= TOKENS_KEPT:
            self._by_token.clear()
        self._by_token[text] = principal
        return principal

    def authenticate_cookie(self, text: str) -> Principal:
        """Raises MhudError UNAUTHENTICATED. Who asks is not idle."""
        found = self.logins.of(keyed_hash(text, self.api_key_key))
        principal = self._of_login(found) if found else None
        if found is None or principal is None:
            raise unauthenticated("the login session is over; sign in again")
        self.logins.touch(found)
        return principal

    def current(self, principal: Principal) -> Principal | None:
        """The same asker with the rights that he has now; None when he may not ask any more.

        Sockets ask, so that one who has a socket open is not idle.
        """
        if principal.login:
            return self._still(self.logins.by_id(principal.login))
        if self._expired(principal.expires_at):
            return None
        if principal.kind == "key":
            found = (key for key in self.known.keys.values() if f"key:{key.id}" == principal.ident)
            return next((self._of_key(key) for key in found), None)
        claims = Claims(
            user_id=principal.user_id,
            family=principal.family,
            version=principal.version,
            expires_at=principal.expires_at or 0,
        )
        return self._of_claims(claims)

    def user_principal(self, user: User) -> Principal:
        """Him, with a person's rate."""
        return Principal(
            kind="user",
            ident=f"user:{user.id}",
            user_id=user.id,
            username=user.username,
            name=user.name,
            agent_id=user.agent_id,
            role=user.role,
            rights=self.known.roles.get(user.role, frozenset()),
            rate=PEOPLE_RATE,
            version=user.credential_version,
        )

    def last_used(self, key: ApiKey) -> datetime | None:
        """Kept here first, and written lazily."""
        return self._used.get(key.id) or self._written.get(key.id) or key.last_used_at

    async def reload(self) -> None:
        """Reads everything again; exact at once.

        Raises MhudError; at the start also OSError or ValueError, for a key file that is no good.
        """
        async with self.reading:  # else an older view could win
            fresh = await self._signing_key()
            async with self.db.read() as tx:
                stamp = await AccessRepository(tx).stamp()
                logins = await LoginRepository(tx).open()
                known = await read(tx)
            self._forgive(known)
            # all or nothing: a stamp that is ahead of what is known would hide a revocation
            self.token_key, self.known = fresh or self.token_key, known
            self._stamp = stamp if fresh else UNREAD
            self.logins.take(logins)
            self._by_token.clear()
            self._principals.clear()
        for tell in self._watchers:
            tell()

    def _forgive(self, known: Known) -> None:
        """With a new password, or when an administrator says so, earlier failures are over."""
        for user in known.users.values():
            before = self.known.users.get(user.id)
            if before is not None and trying(before) != trying(user):
                self.back_off.lift(user.username.casefold())

    async def _signing_key(self) -> bytes | None:
        """None: the file is broken; the key that was read before stays good until it is mended."""
        try:
            return await asyncio.to_thread(key_file, self.folder / TOKEN_KEY)
        except (OSError, ValueError) as error:
            if not self.token_key:
                raise
            log.warning("signing_key_not_read", reason=type(error).__name__)
            return None

    async def run(self) -> None:
        """For ever: follows changes made elsewhere, and writes what may be written lazily."""
        polls = 0
        await self._tidy(first=True)
        while True:
            await self.clock.sleep(POLL_S)
            self.logins.look()
            await self._follow()
            polls += 1
            if polls % HOUSEKEEPING == 0:
                await self._tidy(first=False)

    async def close(self) -> None:
        await self._tidy(first=False)
        self.passwords.close()

    async def caught_up(self) -> bool:
        """For somebody whom we do not know: whether there was news, and he may be in it.

        Asks the database at most once in `CATCH_UP_S`, however many guess.
        """
        now = self.clock.monotonic()
        if now < self._next_look:
            return False
        self._next_look = now + CATCH_UP_S
        return await self._follow()

    async def _follow(self) -> bool:
        """Whether something had changed."""
        try:
            async with self.db.read() as tx:
                stamp = await AccessRepository(tx).stamp()
            if stamp == self._stamp:
                return False
            await self.reload()
        except MhudError as error:  # the database says so itself; memory goes on
            log.warning("access_not_followed", reason=error.message)
            return False
        return True

    async def _tidy(self, *, first: bool) -> None:
        used, self._used = self._used, {}
        now = self.clock.now()
        try:
            async with self.db.write() as tx:
                await AccessRepository(tx).touch_keys(used)
                await AccessRepository(tx).forget_refresh_before(now - self._token_life())
                await IdempotencyRepository(tx).forget_before(now - RETRY_KEPT)
                logins_written = await self.logins.write(tx)
                if first:
                    await IdempotencyRepository(tx).mark_lost()
        except MhudError as error:
            self._used = {**used, **self._used}
            log.warning("access_not_tidied", reason=error.message)
        else:
            self._written |= used
            logins_written()

    def _token_life(self) -> timedelta:
        return timedelta(hours=self.tokens.access_hours)

    def _expired(self, at: float | None) -> bool:
        return at is not None and self.clock.now().timestamp() >= at

    def _of_key(self, key: ApiKey) -> Principal | None:
        principal = self._principals.get(key.id)
        if principal is None:
            owner = self.known.users.get(key.owner_id)
            if owner is None or owner.disabled:
                return None
            principal = self._principals[key.id] = replace(
                self.user_principal(owner),
                kind="key",
                ident=f"key:{key.id}",
                rights=common(expand(key.rights), self.known.roles.get(owner.role, frozenset())),
                rate=key.rate or RATES.get(key.tier, RATES["standard"]),
                expires_at=key.expires_at.timestamp() if key.expires_at else None,
            )
        return None if self._expired(principal.expires_at) else principal

    def _still(self, login: Open | None) -> Principal | None:
        principal = self._of_login(login) if login else None
        if login is not None and principal is not None:
            self.logins.touch(login)
        return principal

    def _of_login(self, login: Open) -> Principal | None:
        """As he is since access changed last: `take` makes new ones of them all."""
        user = self.known.users.get(login.login.user_id)
        if user is None or user.disabled:
            return None
        if login.principal is None:
            login.principal = replace(self.user_principal(user), login=login.login.id)
        return login.principal

    def _of_claims(self, claims: Claims | None) -> Principal | None:
        user = self.known.users.get(claims.user_id) if claims else None
        if claims is None or user is None or user.disabled:
            return None
        if claims.version != user.credential_version or claims.family in self.known.revoked:
            return None
        return replace(
            self.user_principal(user), family=claims.family, expires_at=claims.expires_at
        )
