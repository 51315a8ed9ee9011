"""The helpline that the MHU document prints: Jane Smith, her queues, a call that is talked on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mhud.feeds.records import call_row
from mhud.live.model import Call, CallStatus, Direction
from mhud.services.people import Person, Phone, add_person
from mhud.sim.site import Site
from mhud.store.calls import save_calls
from mhud.store.clients import Client, ClientRepository, PhoneNumber
from tests import printed
from tests.call_centre import CallCentre, call_centre
from tests.houses import PASSWORD
from tests.report_things import finished

CALLER = "+1234567890"
SETTINGS: dict[str, Any] = {
    "asterisk": {
        "announcements": {"announce123": "custom/welcome"},
        "music_on_hold": {"moh456": "calm"},
    },
    "queues": {
        "support": {
            "name": "Support Queue",
            "extension": "2000",
            "announcement_id": "announce123",
            "music_on_hold_id": "moh456",
            "max_wait_time": 300,
            "max_waiting": 1,
            "operating_hours": {"monday": {"start": "09:00", "end": "17:00"}},
        }
    },
}


@asynccontextmanager
async def helpline(folder: Path) -> AsyncIterator[CallCentre]:
    """Jane has an account (jsmith) and a phone, and is offline."""
    site = Site(channelvars=("ivr_path", "MHU_TAGS"))
    async with call_centre(folder, site, **SETTINGS) as centre:
        phone = Phone(
            agent_id="agent001",
            interface="PJSIP/agent001",
            extension="1001",
            queues=("support", "crisis"),
        )
        jane = Person(
            username="jsmith",
            name="Jane Smith",
            email="jane.smith@example.org",
            role="supervisor",
            password=PASSWORD,
            phone=phone,
        )
        await add_person(centre.services.access, jane)
        await centre.services.agents.load()
        await centre.agent_is("offline")
        yield centre


async def takes_a_call(centre: CallCentre, agent_id: str, number: str) -> str:
    """Somebody calls, waits 4 s and is answered; the call's id."""
    known = set(centre.live.calls)
    caller = centre.pbx.call_in(number)
    caller.channel.sets("MHU_TAGS", "priority,returning-caller")
    caller.chooses("support")
    await centre.agent_is("ringing", agent_id)
    await centre.pass_time(4)
    centre.pbx.agent_answers(agent_id)
    await centre.agent_is("on-call", agent_id)
    (call_id,) = set(centre.live.calls) - known
    return call_id


async def busy(centre: CallCentre) -> str:
    """Jane has had a call and is available; agent002 talks to the caller of the answered call."""
    centre.pbx.agent_logs_in("agent001", "support", "crisis")
    await centre.agent_is("available")
    await takes_a_call(centre, "agent001", "+1555000100")
    await centre.pass_time(10)
    centre.pbx.agent_hangs_up("agent001")
    await centre.agent_is("wrap-up")
    await centre.pass_time(15)
    await centre.agent_is("available")
    centre.pbx.agent_pauses("agent001", "break")
    await centre.agent_is("on-break")
    centre.pbx.agent_logs_in("agent002", "support")
    await centre.agent_is("available", "agent002")
    call_id = await takes_a_call(centre, "agent002", CALLER)
    centre.pbx.agent_unpauses("agent001")
    await centre.agent_is("available")
    await centre.pass_time(5)
    return call_id


async def somebody_is_helped(centre: CallCentre) -> None:
    """The client, and the call that is over, of whom the document speaks."""
    services, now = centre.services, centre.clock.now()
    shown = next(one for one in printed.requests() if "/clients/search" in one.path).answer
    begun = next(one for one in printed.requests() if one.path.endswith("/sessions"))
    (person,) = shown["clients"]
    client = Client(
        id=person["id"],
        name=person["name"],
        phones=(PhoneNumber(person["phone"], services.numbers.key(person["phone"])),),
        email=person["email"],
        last_contact=datetime.fromisoformat(person["last_contact"]),
        created_by=services.access.known.names["jsmith"].id,
        created_at=now,
        updated_at=now,
    )
    call = Call(
        id=begun.body["call_id"],
        linkedids=("yesterday",),
        direction=Direction.INBOUND,
        status=CallStatus.ENDED,
        start_time=now,
        end_time=now,
    )
    async with services.db.write() as tx:
        await ClientRepository(tx).add(client)
        await save_calls(tx, [call_row(call, services.settings.timezone)])


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What takes the place of the document's own: credentials, ids in braces, /resource."""

    values: dict[str, str]

    def put(self, value: Any) -> Any:
        if isinstance(value, str):
            for placeholder, real in self.values.items():
                value = value.replace(placeholder, real)
            return value
        if isinstance(value, dict):
            return {name: self.put(one) for name, one in value.items()}
        return value


async def placeholders(centre: CallCentre, request: printed.Request) -> Placeholders:
    """With a call of Jane's to end, and a token of hers, where the request wants one."""
    real = {
        "your_api_key_here": centre.key["X-API-Key"],
        "your_username": "jsmith",
        "your_password": PASSWORD,
        "/resource": "/calls/active",
        "{agent_id}": "agent001",
        "{queue_id}": "support",
        "{client_id}": "client001",
    }
    if "{call_id}" in request.path:
        body = next(one for one in printed.requests() if one.path.endswith("/calls/outbound")).body
        status, call = await centre.ask("POST", "/calls/outbound", body)
        assert status == 202
        real["{call_id}"] = call["call_id"]
    if "{report_id}" in request.path:
        jane = centre.services.access.known.names["jsmith"]
        real["{report_id}"] = (await finished(centre.services, jane.id))[0].id
    if "your_jwt_token_here" in str(request.headers):
        signed_in = {"username": "jsmith", "password": PASSWORD}
        _, tokens = await centre.ask("POST", "/auth/token", signed_in)
        real["your_jwt_token_here"] = tokens["access_token"]
    return Placeholders(real)


async def send(centre: CallCentre, request: printed.Request) -> tuple[int, Any, dict[str, str]]:
    """Status, JSON and headers. Where none is printed, the credential is an administrator's key."""
    real = await placeholders(centre, request)
    headers = real.put({k: v for k, v in request.headers.items() if k != "Host"})
    if "Management" in request.section or request.section in ("Client Data", "Reporting"):
        headers = {**centre.key, **headers}
    async with centre.http.request(
        request.method, real.put(request.path), json=real.put(request.body), headers=headers
    ) as answer:
        return answer.status, await answer.json(), dict(answer.headers)
