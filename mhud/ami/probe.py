"""One short conversation with Asterisk that changes nothing there: what `mhud doctor` asks by."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from mhud.ami import actions
from mhud.ami.action import Action, ident
from mhud.ami.fields import decode, epoch, headers
from mhud.ami.wire import Dial, Reply, Wire
from mhud.ami.within import within
from mhud.clock import Clock
from mhud.config import AmiSettings
from mhud.errors import Code, MhudError

HEARD_LIMIT = 5_000  # events; later ones are dropped
PATIENCE_S = 3.0  # for an event that should come
NOWHERE = "MhudDoctor/nobody"  # a technology that no Asterisk has: nothing can ring
NOBODY, NO_QUEUE = "PJSIP/mhud-doctor-nobody", "mhud-doctor-none"
DENIED = "Permission denied"


class Trouble(StrEnum):
    REFUSED = "refused"  # nobody listens, or the name is none
    TIMEOUT = "timeout"
    STRANGER = "stranger"  # somebody listens who is no Asterisk
    LOGIN = "login"


class ProbeError(Exception):
    """There is no conversation. `why` has no secret in it."""

    def __init__(self, trouble: Trouble, why: str) -> None:
        super().__init__(why)
        self.trouble = trouble
        self.why = why


class Probe:
    """Implements Listener. `heard_events` are those that came by themselves, in order."""

    def __init__(self, settings: AmiSettings, clock: Clock, patience_s: float = PATIENCE_S) -> None:
        self.heard_events: list[Mapping[str, str]] = []
        self._settings = settings
        self._clock = clock
        self._patience_s = patience_s
        self._more = asyncio.Event()
        self._wire: Wire

    def heard(self, chunk: bytes) -> None:
        pass

    def said(self, chunk: bytes) -> None:
        pass

    def event(self, message: bytes) -> bool:
        if len(self.heard_events) < HEARD_LIMIT:
            self.heard_events.append(headers(decode(message)))
            self._more.set()
        return True

    async def connect(self) -> None:
        """Until the banner. Raises ProbeError."""
        limit = self._settings.connect_timeout_s
        dial = Dial(self._settings.host, self._settings.port, self)
        try:
            _, self._wire = await within(self._clock, limit, dial.open())
        except TimeoutError:
            raise ProbeError(Trouble.TIMEOUT, "does not answer") from None
        except (OSError, UnicodeError) as error:
            number = getattr(error, "errno", None) or 0  # negative: the name was not resolved
            why = os.strerror(number) if number > 0 else "is no address"
            raise ProbeError(Trouble.REFUSED, why) from None
        try:
            await within(self._clock, limit, self._wire.greeted)
        except TimeoutError:
            raise ProbeError(Trouble.STRANGER, "says nothing") from None
        except MhudError as error:
            raise ProbeError(Trouble.STRANGER, error.message) from None

    async def log_in(self) -> None:
        """Raises ProbeError."""
        secret = self._settings.secret.get_secret_value()
        try:
            reply = await self.ask(actions.login(self._settings.username, secret))
        except MhudError as error:
            raise ProbeError(Trouble.LOGIN, error.message) from None
        if not reply.success:
            raise ProbeError(Trouble.LOGIN, reply.message)

    async def ask(self, action: Action) -> Reply:
        """Raises MhudError: PBX_TIMEOUT, PBX_UNAVAILABLE."""
        try:
            limit = self._settings.action_timeout_s
            return await within(self._clock, limit, self._wire.ask(action))
        except TimeoutError:
            raise MhudError(Code.PBX_TIMEOUT, f"no answer to {action.name} in time") from None

    async def hears(self, name: str, action_id: str | None = None) -> Mapping[str, str] | None:
        """The first such event so far, or to come soon; None when none comes."""
        until = self._clock.monotonic() + self._patience_s
        while True:
            for event in self.heard_events:
                if event.get("Event") == name and action_id in (None, event.get("ActionID")):
                    return event
            self._more.clear()
            left = until - self._clock.monotonic()
            try:
                await within(self._clock, left, asyncio.ensure_future(self._more.wait()))
            except TimeoutError:
                return None

    def close(self) -> None:
        if hasattr(self, "_wire"):
            self._wire.cut("the doctor has seen enough")


# ---- what it asks: each does nothing, but only after Asterisk has checked the right to do it


def list_commands() -> Action:
    return Action("ListCommands")


def call_nobody(action_id: str) -> Action:
    """Answered by an OriginateResponse of failure. There is no such kind of channel to call."""
    return Action(
        "Originate",
        (
            ("ActionID", ident("ActionID", action_id)),
            ("Channel", NOWHERE),
            ("Application", "Hangup"),
            ("Async", "true"),
        ),
    )


def call_nobody_to(context: str, exten: str) -> Action:
    """Asterisk looks for the extension before it looks for the channel, which can't exist."""
    place = (("Context", context), ("Exten", exten), ("Priority", "1"))
    return Action("Originate", (("Channel", NOWHERE), *place))


def is_there(reply: Reply) -> bool:
    """Of `call_nobody_to`: the extension was found, and then the channel was not."""
    return reply.success or reply.message == "Originate failed"


def transfer_nobody() -> Action:
    """Refused: there is no such channel. Needs the right `call`, and no other will do."""
    return actions.blind_transfer(NOWHERE, "mhud-doctor", "s")


def pause_nobody() -> Action:
    """With a queue's name, and no such queue: a pause in all queues would get into queue_log."""
    return actions.queue_pause(NOBODY, True, queue=NO_QUEUE)


def show_dialplan(context: str | None = None) -> Action:
    only = () if context is None else (("Context", context),)
    return Action("ShowDialPlan", only, is_list=True)


def steps(reply: Reply) -> list[tuple[str, str]]:
    """Of `show_dialplan`: each application with its arguments."""
    rows = [headers(decode(item)) for item in reply.items]
    return [(one["Application"], one.get("AppData", "")) for one in rows if "Application" in one]


def is_dialed_elsewhere(reply: Reply) -> bool:
    """Of `show_dialplan`: a part of the dialplan is in a database or in Lua, and not shown."""
    rows = [headers(decode(item)) for item in reply.items]
    return any(one.get("Switch", "").startswith(("Realtime", "Lua")) for one in rows)


def endpoint_option(endpoint: str, option: str) -> Action:
    """A function of the dialplan that only reads. Raises MhudError INVALID for an odd name."""
    name = ident("Endpoint", endpoint)
    return Action("Getvar", (("Variable", f"PJSIP_ENDPOINT({name},{option})"),))


def feature_key(feature: str) -> Action:
    """The keys of features.conf's [featuremap] for it; empty: none."""
    return Action("Getvar", (("Variable", f"FEATUREMAP({ident('Feature', feature)})"),))


def clock_of(reply: Reply) -> datetime | None:
    """Of `ping`: Asterisk's clock."""
    return epoch(reply.fields.get("Timestamp", ""))


def zone_of(status: Reply, uptime_s: int, now: datetime) -> tuple[datetime, timedelta] | None:
    """Of `core_status`: when Asterisk started, and how far its zone was off UTC then."""
    about = now - timedelta(seconds=uptime_s)
    day, time = (status.fields.get(f"CoreStartup{part}", "") for part in ("Date", "Time"))
    try:
        local = datetime.strptime(f"{day} {time}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
    quarters = round((local - about).total_seconds() / 900)
    return about, timedelta(minutes=15 * quarters)
