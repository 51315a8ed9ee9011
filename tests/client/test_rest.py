"""The client's requests, against the daemon itself, and against servers with bad days."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiohttp.test_utils import TestServer

from mhud.client import (
    Conflict,
    Forbidden,
    Invalid,
    Mhud,
    NotFound,
    RateLimited,
    Refused,
    ReportFailed,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
    Unreachable,
)
from mhud.client.models import (
    CasesQuery,
    CaseUpdate,
    ClientChange,
    ClientSearch,
    HistoryQuery,
    LookupQuery,
    NewActivity,
    NewCase,
    NewClient,
    NewSession,
    NewWebhook,
    Operation,
    OutboundCall,
    ReportStatus,
    Rotation,
    WebhookChange,
)
from mhud.services.people import set_password
from mhud.services.signin import rotate_signing_key
from mhud.web.app import build_app
from tests.call_centre import CallCentre, call_centre
from tests.client.scripted import scripted
from tests.fake_clock import FakeClock, settle
from tests.houses import PASSWORD, House

STARTED = {
    "call_id": "call1",
    "status": "initiating",
    "agent_id": "agent001",
    "destination": "+254711000111",
}
BUSY = {"error": True, "code": "service_unavailable", "message": "not now", "status": 503}
RUNNING = {
    "error": True,
    "code": "conflict",
    "message": "the first request with this Idempotency-Key is still running",
    "status": 409,
}
CALL = OutboundCall(agent_id="agent001", destination="+254711000111")


class Hurry(FakeClock):
    """Sleeps at once, and says for how long."""

    def __init__(self) -> None:
        super().__init__()
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await settle(1)


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[CallCentre]:
    """agent001 and agent002 are there."""
    async with call_centre(tmp_path, webhooks={"allowed_networks": ["127.0.0.0/8"]}) as built:
        for agent_id in ("agent001", "agent002"):
            built.pbx.agent_logs_in(agent_id, "support", "crisis")
            await built.agent_is("available", agent_id)
        yield built


def address(centre: CallCentre) -> str:
    return str(centre.http.make_url("")).rstrip("/")


@pytest.fixture
async def mhud(centre: CallCentre) -> AsyncIterator[Mhud]:
    async with Mhud(address(centre), api_key=centre.key["X-API-Key"]) as client:
        yield client


async def test_calls_agents_and_queues_come_as_the_apis_models(
    centre: CallCentre, mhud: Mhud
) -> None:
    started = await mhud.calls.start(CALL)
    call = await mhud.calls.one(started.call_id)
    active = await mhud.calls.active()
    paused = await mhud.agents.set_status("agent002", "on-break", "lunch")
    agents = {agent.id: agent for agent in (await mhud.agents.statuses()).agents}
    ended = await mhud.calls.end(started.call_id)
    while centre.services.ledger.lag:
        await centre.clock.advance(0.01)
    history = [call.id async for call in mhud.calls.history(HistoryQuery(limit=1))]

    assert (call.destination, call.direction) == ("+254711000111", "outbound")
    assert [one.id for one in active.calls] == [call.id]
    assert (paused.current_status, agents["agent002"].reason_code) == ("on-break", "lunch")
    assert (ended.call_id, history) == (call.id, [call.id])
    assert {queue.id for queue in (await mhud.queues.stats()).queues} == {"crisis", "support"}
    assert (await mhud.queues.one("support")).id == "support"


async def test_clients_and_cases_come_as_the_apis_models(centre: CallCentre, mhud: Mhud) -> None:
    await centre.house.person("jane", agent_id="agent001")
    wambui = await mhud.clients.add(NewClient(name="Wambui", phone="+254711000111"))
    changed = await mhud.clients.update(wambui.id, ClientChange(language="sw"))
    session = await mhud.clients.begin_session(
        wambui.id, NewSession(session_type="crisis", agent_id="agent001")
    )
    found = await mhud.clients.search(ClientSearch(query="wamb"))
    caller = await mhud.clients.look_up(LookupQuery(phone="+254711000111"))
    for title in ("first", "second", "third"):
        await mhud.cases.create(NewCase(title=title, client_id=wambui.id))
    titles = [line.title async for line in mhud.cases.all(CasesQuery(limit=2))]
    case = (await mhud.cases.page()).data[0]
    await mhud.cases.update(case.id, CaseUpdate(priority="high"))
    await mhud.cases.add_activity(case.id, NewActivity(activity_type="note", description="x"))

    assert (changed.language, changed.phone) == ("sw", "+254711000111")
    assert session.session_type == "crisis"
    assert (
        [one.id for one in found.clients]
        == [one.client.id for one in caller.candidates]
        == [wambui.id]
    )
    assert titles == ["third", "second", "first"]
    assert (await mhud.cases.one(case.id)).priority == "high"
    kinds = [activity.activity_type for activity in await mhud.cases.activities(case.id)]
    assert kinds[:2] == ["note", "priority_change"]


async def test_refusals_are_classes_that_say_what_mhud_said(centre: CallCentre, mhud: Mhud) -> None:
    with pytest.raises(NotFound) as unknown:
        await mhud.calls.one("call404/../../x?y#z")
    with pytest.raises(NotFound):
        await mhud.cases.one(404)
    with pytest.raises(Invalid) as wrong:
        await mhud.calls.start(OutboundCall(agent_id="agent001", destination="12"))
    await mhud.calls.start(CALL)
    with pytest.raises(Conflict) as busy:
        await mhud.calls.start(CALL)
    async with Mhud(address(centre), api_key=await centre.house.key("view_calls")) as reader:
        with pytest.raises(Forbidden) as denied:
            await reader.calls.end("call404")
    async with Mhud(address(centre), api_key="mhuk_wrong") as stranger:
        with pytest.raises(Unauthenticated):
            await stranger.calls.active()

    assert (unknown.value.code, unknown.value.status) == ("resource_not_found", 404)
    assert unknown.value.request_id is not None
    assert (wrong.value.code, wrong.value.details[0]["field"]) == (
        "validation_error",
        "destination",
    )
    assert busy.value.status == 409
    assert denied.value.details == {"right": "end_calls"}


async def test_a_person_is_signed_in_when_it_is_needed_and_again_when_his_token_is_void(
    home: House, api: Any
) -> None:
    await home.person("ada", "admin")
    base = str(api.make_url("")).rstrip("/")
    async with Mhud(base, login=("ada", PASSWORD)) as mhud:
        assert (await mhud.calls.active()).total == 0
        await rotate_signing_key(home.services.access)
        assert (await mhud.calls.active()).total == 0
        await set_password(home.services.access, "ada", "another good one")
        with pytest.raises(Unauthenticated):
            await mhud.calls.active()
    async with Mhud(base, login=("ada", "not his password")) as stranger:
        with pytest.raises(Unauthenticated):
            await stranger.calls.active()


@pytest.mark.parametrize(
    "bad_day",
    [
        [(503, BUSY, {"Retry-After": "7"})],
        [(429, {**BUSY, "code": "rate_limit_exceeded"}, {"Retry-After": "7"})],
        [None],
        [None, (409, RUNNING, None)],
        [(502, "a proxy's page", None)],
    ],
    ids=["503", "429", "cut", "cut, then still running", "502"],
)
async def test_a_call_is_begun_once_whatever_the_day(bad_day: list[Any]) -> None:
    clock = Hurry()
    async with (
        scripted(*bad_day, (202, STARTED, None)) as server,
        Mhud(server.base_url, api_key="k", clock=clock) as mhud,
    ):
        assert (await mhud.calls.start(CALL)).call_id == "call1"
    assert len(server.asked) == len(bad_day) + 1
    assert len(set(server.keys())) == 1
    assert server.keys()[0] is not None
    assert len(set(server.bodies)) == 1
    waited = 7.0 if bad_day[0] is not None and bad_day[0][2] else 0.5
    assert waited <= clock.slept[0] <= waited * 1.1


async def test_ones_own_idempotency_key_is_used() -> None:
    async with scripted((202, STARTED, None)) as server, Mhud(server.base_url, api_key="k") as mhud:
        await mhud.calls.start(CALL, key="monday-7")
        await mhud.ask("POST", "/api/v1/calls/outbound", {}, key="monday-8")
    assert server.keys() == ["monday-7", "monday-8"]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((409, {**RUNNING, "message": "the agent is on a break"}, None), Conflict),
        ((429, {**BUSY, "code": "rate_limit_exceeded"}, {"Retry-After": "600"}), RateLimited),
        ((504, {**BUSY, "code": "pbx_timeout", "status": 504}, None), Refused),
        ((302, "elsewhere", {"Location": "/"}), UnexpectedAnswer),
        ((200, ["no call"], None), UnexpectedAnswer),
    ],
)
async def test_what_another_try_does_not_mend_is_told_at_once(
    answer: Any, error: type[Exception]
) -> None:
    async with (
        scripted(answer) as server,
        Mhud(server.base_url, api_key="k", clock=Hurry()) as mhud,
    ):
        with pytest.raises(error):
            await mhud.calls.start(CALL)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("answer", "error"), [((503, BUSY, None), Unavailable), (None, Unreachable)]
)
async def test_patience_ends(answer: Any, error: type[Exception]) -> None:
    async with (
        scripted(answer) as server,
        Mhud(server.base_url, api_key="k", clock=Hurry(), tries=3) as mhud,
    ):
        with pytest.raises(error):
            await mhud.calls.start(CALL)
    assert len(server.asked) == 3


async def test_a_post_without_a_key_is_tried_once() -> None:
    async with scripted(None) as server, Mhud(server.base_url, api_key="k", clock=Hurry()) as mhud:
        with pytest.raises(Unreachable):
            await mhud.ask("POST", "/api/v1/keys", {"name": "x"})
    assert len(server.asked) == 1


def report(status: str, **changes: Any) -> Any:
    fields = dict.fromkeys(ReportStatus.model_fields)
    known = {"report_id": "report1", "status": status, "progress": 50, "format": "csv"}
    return 200, {**fields, **known, "created_at": "2025-03-07T10:15:30Z", **changes}, None


async def test_a_report_is_waited_for_and_downloaded_by_its_link() -> None:
    link = "https://elsewhere.example/reports/download/report1.csv?signature=a%2Fb%2B"
    ready = report("completed", download_url=link)
    clock, file = Hurry(), (200, "day,calls", None)
    answers = report("generating"), report("generating"), ready, file
    async with (
        scripted(*answers) as server,
        Mhud(server.base_url, api_key="k", clock=clock) as mhud,
    ):
        status = await mhud.reports.finished("report1")
        assert await mhud.reports.download(status) == b'"day,calls"'
    assert clock.slept == [1, 1]
    assert server.asked[-1].path == "/reports/download/report1.csv"
    assert dict(server.asked[-1].query) == {"signature": "a/b+"}


async def test_a_report_that_failed_says_why() -> None:
    failed = report("failed", problem="disk-full")
    async with scripted(failed) as server, Mhud(server.base_url, api_key="k") as mhud:
        with pytest.raises(ReportFailed, match="disk-full") as caught:
            await mhud.reports.finished("report1")
        with pytest.raises(ReportFailed):
            await mhud.reports.download(caught.value.status)


async def test_many_operations_go_in_one_request(centre: CallCentre, mhud: Mhud) -> None:
    asked = [Operation(method="GET", path=f"/queues/{name}") for name in ("support", "none")]
    done = await mhud.bulk(asked)
    assert [one.status for one in done.results] == [200, 404]
    assert (done.results[0].body["id"], done.failed) == ("support", 1)


async def test_webhooks_are_managed(mhud: Mhud) -> None:
    wish = NewWebhook(url="http://127.0.0.1:9/mhud", events=["call.*"])
    made = await mhud.webhooks.add(wish)
    changed = await mhud.webhooks.update(made.id, WebhookChange(description="CRM"))
    rotating = await mhud.webhooks.rotate_secret(made.id, Rotation())
    listed = await mhud.webhooks.all()
    assert (await mhud.webhooks.deliveries(made.id)).deliveries == []
    await mhud.webhooks.delete(made.id)
    with pytest.raises(NotFound):
        await mhud.webhooks.one(made.id)

    assert made.secret is not None
    assert made.secret.startswith("whsec_")
    assert made.secret not in {rotating.secret, None}
    assert (changed.description, listed.total) == ("CRM", 1)


async def test_an_update_says_what_was_set_and_null_where_it_was_cleared() -> None:
    async with scripted((200, {}, None)) as server, Mhud(server.base_url, api_key="k") as mhud:
        with pytest.raises(UnexpectedAnswer):
            await mhud.clients.update("c1", ClientChange(notes=None))
    assert server.bodies == [b'{"notes":null}']


def test_one_is_asked_by_a_key_or_by_a_person() -> None:
    for wrong in ({}, {"api_key": "k", "login": ("ada", PASSWORD)}):
        with pytest.raises(ValueError, match="either"):
            Mhud("http://127.0.0.1", **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("address", ["", "127.0.0.1:8080", "ws://127.0.0.1"])
async def test_an_address_is_one_of_the_web(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        Mhud(address, api_key="k")


async def test_a_helplines_own_authority_can_be_trusted_and_nobody_else_is(
    home: House, tmp_path: Path
) -> None:
    authority = trustme.CA()
    server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server_tls)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    server = TestServer(build_app(home.services), scheme="https")
    await server.start_server(ssl=server_tls)
    base, key = str(server.make_url("")).rstrip("/"), await home.key()
    async with Mhud(base, api_key=key, tls=trusting) as mhud:
        assert (await mhud.calls.active()).total == 0
        assert await mhud.events().begin() == 0
    async with Mhud(base, api_key=key, tries=1) as stranger:
        with pytest.raises(Unreachable):
            await stranger.calls.active()
        with pytest.raises(Unreachable):
            await stranger.events().begin()
    await server.close()
