"""Contacts: what calls leave to their counsellors, and what these write down about them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from mhud.store.schema import roles
from tests.fake_clock import eventually
from tests.printed import differences
from tests.printed_openchs import endpoint
from tests.shift import MHU, NUMBER, OPENCHS, Shift, shift

LOGGED = endpoint("POST", "/communications")
OF_A_CASE = endpoint("GET", "/cases/{id}/communications")
PRINTED = {name: value for name, value in LOGGED.request.items() if name != "case_id"}
LOGS = "log_communication"
LOG, PENDING = f"{OPENCHS}/communications", f"{OPENCHS}/communications/pending"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Shift]:
    async with shift(tmp_path) as opened:
        yield opened


# ---- as the document prints it


async def test_a_communication_is_logged_and_read_as_it_was_sent(desk: Shift) -> None:
    case_id = await desk.case()
    status, made = await desk.ask("otieno", "POST", LOG, {"case_id": case_id, **PRINTED})
    assert (status, made["success"], set(made["data"])) == (
        201,
        True,
        {"id", "case_id", "created_at"},
    )
    assert made["data"]["case_id"] == case_id

    read = await desk.done("otieno", "GET", f"{OPENCHS}/cases/{case_id}/communications")
    assert differences(OF_A_CASE.response, read, frozenset({"audio_file_path"})) == []
    (found,) = read["data"]
    assert {name: found[name] for name in PRINTED} == PRINTED
    assert (found["id"], found["disposition"]) == (made["data"]["id"], "case_created")
    assert (found["audio_file_path"], found["audio_processed"]) == (None, False)
    assert found["created_at"] == made["data"]["created_at"]
    assert read["pagination"] == {"total": 1, "limit": 1000, "offset": 0, "has_more": False}
    one = await desk.done("otieno", "GET", f"{LOG}/{found['id']}")
    assert one["data"] == found


async def test_an_address_may_be_as_long_as_the_document_says(desk: Shift) -> None:
    """254 characters are what an e-mail address may have, 200 a name here."""
    long = {"contact_address": "a" * 242 + "@example.org", "contact_name": "n" * 200}
    status, answer = await desk.ask("otieno", "POST", LOG, {**PRINTED, **long})
    assert status == 201, answer
    longer = {**PRINTED, "contact_address": "a" * 243 + "@example.org"}
    status, answer = await desk.ask("otieno", "POST", LOG, longer)
    assert (status, answer["error"]["details"]["fields"][0]["field"]) == (400, "contact_address")


async def test_it_is_an_activity_of_its_case_and_a_line_in_the_trail(desk: Shift) -> None:
    case_id = await desk.case()
    made = await desk.done("otieno", "POST", LOG, {"case_id": case_id, **PRINTED})
    newest, *_ = await desk.activities(case_id)
    assert newest == ("communication", "Inbound call logged: New Case Created")
    (line,) = await desk.deeds("communication.log")
    assert line["subject_id"] == str(made["data"]["id"])
    assert line["details"]["case_id"] == case_id
    assert "254" not in str(line)


async def test_communications_of_a_case_come_newest_first(desk: Shift) -> None:
    case_id = await desk.case()
    for text in ("first", "second"):
        body = {"case_id": case_id, "contact_type": "sms", "direction": "outbound", "message": text}
        await desk.done("otieno", "POST", LOG, body)
    found = await desk.done("otieno", "GET", f"{OPENCHS}/cases/{case_id}/communications")
    assert [one["message"] for one in found["data"]] == ["second", "first"]


async def test_reading_those_of_a_case_is_on_record(desk: Shift) -> None:
    case_id = await desk.case()
    await desk.done("otieno", "GET", f"{OPENCHS}/cases/{case_id}/communications")
    line = (await desk.deeds("case.read"))[0]
    assert (line["subject_id"], line["details"]["part"]) == (str(case_id), "communications")


async def test_reading_one_that_is_on_no_case_is_on_record_too(desk: Shift) -> None:
    body = {"contact_type": "sms", "direction": "inbound", "message": "Please help"}
    made = (await desk.done("otieno", "POST", LOG, body))["data"]
    await desk.done("otieno", "GET", f"{LOG}/{made['id']}")
    (line,) = await desk.deeds("communication.read")

    assert (line["subject_id"], line["details"]) == (str(made["id"]), {})


async def test_a_contact_needs_no_case(desk: Shift) -> None:
    body = {"contact_type": "walk_in", "direction": "inbound", "contact_name": "A teacher"}
    made = (await desk.done("otieno", "POST", LOG, body))["data"]
    assert made["case_id"] is None
    found = (await desk.done("otieno", "GET", f"{LOG}/{made['id']}"))["data"]
    assert (found["state"], found["contact_name"]) == ("logged", "A teacher")
    assert (found["user_name"], found["duration"], found["disposition"]) == ("otieno", None, None)


WRONG: list[tuple[str, Any]] = [
    ("contact_type", "fax"),
    ("direction", "internal"),
    ("call_status", "answering"),
    ("duration", -1),
    ("duration", "180"),
    ("duration", 1.5),
    ("duration", 10**30),
    ("disposition_id", 4711),
    ("client_id", "client-of-nobody"),
    ("call_id", "call-of-nobody"),
    ("contact_name", "x" * 201),
    ("contact_name", "a\u0000b"),
    ("message", "bell\u0007"),
    ("case_id", 0),
    ("case_id", True),
    ("color", "red"),
]


async def test_what_is_wrong_is_named_and_nothing_is_written(desk: Shift) -> None:
    for field, value in WRONG:
        status, answer = await desk.ask("otieno", "POST", LOG, {**PRINTED, field: value})
        assert (status, answer["error"]["code"]) == (400, "VALIDATION_ERROR"), field
        assert answer["error"]["details"]["fields"][0]["field"] == field
        assert "4711" not in str(answer)
    assert await desk.deeds("communication.log") == []


async def test_kind_and_direction_must_be_said(desk: Shift) -> None:
    for missing in ("contact_type", "direction"):
        body = {name: value for name, value in PRINTED.items() if name != missing}
        status, answer = await desk.ask("otieno", "POST", LOG, body)
        assert (status, answer["error"]["details"]["fields"][0]["field"]) == (400, missing)


async def test_a_contact_keeps_a_disposition_that_is_inactive_now_and_can_be_corrected(
    desk: Shift,
) -> None:
    body = {"contact_type": "sms", "direction": "inbound", "disposition_id": 50, "message": "helo"}
    made = await desk.done("otieno", "POST", LOG, body)
    await desk.done("ada", "PUT", f"{OPENCHS}/dispositions/50", {"is_active": False})
    one = f"{LOG}/{made['data']['id']}"
    kept = {"disposition_id": 50, "message": "hello"}
    changed = (await desk.done("otieno", "PUT", one, kept))["data"]
    assert (changed["disposition_id"], changed["message"]) == (50, "hello")


async def test_an_inactive_disposition_is_not_given_any_more(desk: Shift) -> None:
    await desk.done("ada", "PUT", f"{OPENCHS}/dispositions/50", {"is_active": False})
    status, answer = await desk.ask("otieno", "POST", LOG, PRINTED)
    assert (status, answer["error"]["code"]) == (400, "VALIDATION_ERROR")


# ---- whose case, whose contact


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("otieno", "otieno", 201),
        ("wanjiku", "otieno", 404),
        ("maria", "otieno", 201),
        ("maria", "assigned", 404),
        ("otieno", "assigned", 201),
        ("wanjiku", "assigned", 201),
        ("sue", "assigned", 201),
        ("ada", "otieno", 201),
        ("ada", "deleted", 404),
        ("otieno", "nobodys", 404),
    ],
)
async def test_a_contact_is_logged_on_a_case_that_one_sees(
    desk: Shift, who: str, whose: str, status: int
) -> None:
    case_id = 4711 if whose == "nobodys" else await desk.case("otieno")
    if whose == "assigned":
        body = {"assigned_user_id": desk.ids["wanjiku"]}
        await desk.done("sue", "PUT", f"{OPENCHS}/cases/{case_id}", body)
    elif whose == "deleted":
        await desk.done("ada", "DELETE", f"{OPENCHS}/cases/{case_id}")
    found, answer = await desk.ask(who, "POST", LOG, {"case_id": case_id, **PRINTED})
    assert found == status, answer
    read, _ = await desk.ask(who, "GET", f"{OPENCHS}/cases/{case_id}/communications")
    assert read == (200 if status == 201 else 404)


async def test_a_contact_is_seen_with_its_case_and_without_one_by_its_counsellor(
    desk: Shift,
) -> None:
    case_id = await desk.case()
    on_case = (await desk.done("otieno", "POST", LOG, {"case_id": case_id, **PRINTED}))["data"]
    alone = (await desk.done("otieno", "POST", LOG, PRINTED))["data"]

    async def sees(who: str, which: dict[str, Any]) -> int:
        return (await desk.ask(who, "GET", f"{LOG}/{which['id']}"))[0]

    assert [await sees(who, on_case) for who in desk.ids] == [200, 404, 200, 200, 200]
    assert [await sees(who, alone) for who in desk.ids] == [200, 404, 404, 200, 200]
    assert (await desk.ask("ada", "GET", f"{LOG}/{2**70}"))[0] == 404


async def test_only_its_counsellor_and_who_oversees_change_it(desk: Shift) -> None:
    case_id = await desk.case()
    made = (await desk.done("otieno", "POST", LOG, {"case_id": case_id, **PRINTED}))["data"]
    path = f"{LOG}/{made['id']}"
    statuses = {}
    for who in desk.ids:
        statuses[who] = (await desk.ask(who, "PUT", path, {"message": f"by {who}"}))[0]
    assert statuses == {"otieno": 200, "wanjiku": 404, "maria": 403, "sue": 200, "ada": 200}


async def test_only_who_may_log_contacts_does(desk: Shift) -> None:
    headers = await desk.centre.house.headers("create_case", "view_calls")
    for method, path in (("POST", LOG), ("GET", PENDING), ("PUT", f"{LOG}/1")):
        async with desk.centre.http.request(method, path, json={}, headers=headers) as answer:
            assert answer.status == 403, path


# ---- correcting


async def test_a_correction_is_an_activity_and_what_is_null_is_cleared(desk: Shift) -> None:
    case_id = await desk.case()
    made = (await desk.done("otieno", "POST", LOG, {"case_id": case_id, **PRINTED}))["data"]
    body = {"contact_name": None, "disposition_id": 51}
    changed = (await desk.done("otieno", "PUT", f"{LOG}/{made['id']}", body))["data"]
    assert (changed["contact_name"], changed["disposition"]) == (None, "information")
    assert changed["message"] == PRINTED["message"]
    assert (await desk.activities(case_id))[0] == ("communication", "Inbound call changed")
    (line,) = await desk.deeds("communication.update")
    assert line["details"]["fields"] == ["contact_name", "disposition_id"]


async def test_what_changes_nothing_leaves_no_trace(desk: Shift) -> None:
    case_id = await desk.case()
    made = (await desk.done("otieno", "POST", LOG, {"case_id": case_id, **PRINTED}))["data"]
    before = await desk.activities(case_id)
    await desk.done("otieno", "PUT", f"{LOG}/{made['id']}", PRINTED_AGAIN)
    assert await desk.activities(case_id) == before
    assert await desk.deeds("communication.update") == []


PRINTED_AGAIN = {
    name: value for name, value in PRINTED.items() if name not in ("contact_type", "direction")
}


async def test_a_contact_that_is_put_on_another_case_leaves_a_word_on_both(desk: Shift) -> None:
    wrong, right = await desk.case(), await desk.case()
    made = (await desk.done("otieno", "POST", LOG, {"case_id": wrong, **PRINTED}))["data"]
    await desk.done("otieno", "PUT", f"{LOG}/{made['id']}", {"case_id": right})
    assert (await desk.activities(wrong))[0][1] == "Inbound call taken off this case"
    assert (await desk.activities(right))[0][1] == "Inbound call logged: New Case Created"
    left = await desk.done("otieno", "GET", f"{OPENCHS}/cases/{wrong}/communications")
    assert left["data"] == []
    await desk.done("otieno", "PUT", f"{LOG}/{made['id']}", {"case_id": None})
    assert (await desk.activities(right))[0][1] == "Inbound call taken off this case"


async def test_a_contact_is_put_on_no_case_that_one_does_not_see(desk: Shift) -> None:
    theirs = await desk.case("wanjiku")
    made = (await desk.done("otieno", "POST", LOG, PRINTED))["data"]
    status, _ = await desk.ask("otieno", "PUT", f"{LOG}/{made['id']}", {"case_id": theirs})
    assert status == 404
    assert len(await desk.activities(theirs)) == 1


async def test_the_client_was_last_in_contact_then(desk: Shift) -> None:
    mother, child = await desk.client(), await desk.client()
    case_id = await desk.case(client_id=child)
    bodies: list[dict[str, Any]] = [{"client_id": mother}, {"case_id": case_id}]
    for body in bodies:
        made = (await desk.done("otieno", "POST", LOG, {**PRINTED, **body}))["data"]
        who = body.get("client_id", child)
        client = await desk.done("otieno", "GET", f"{MHU}/clients/{who}")
        assert client["last_contact"] == made["created_at"]


# ---- what calls leave


async def test_a_call_that_ends_waits_for_its_counsellor(desk: Shift) -> None:
    call_id = await desk.after_a_talk("otieno", seconds=30)
    (found,) = await desk.pending("otieno")
    assert (found["call_id"], found["state"], found["contact_type"]) == (call_id, "pending", "call")
    assert (found["direction"], found["call_status"]) == ("inbound", "answered")
    assert (found["contact_address"], found["queue_id"]) == (NUMBER, "support")
    assert (found["agent_id"], found["user_name"]) == ("agent001", "otieno")
    assert found["duration"] == 30
    assert await desk.pending("wanjiku") == []


async def test_a_call_that_nobody_took_waits_for_nobody(desk: Shift) -> None:
    caller = desk.centre.pbx.call_in(NUMBER, queue="support")
    call = await desk.centre.only_call()
    caller.hangs_up()
    await desk.is_over(call.id)
    assert await desk.pending("sue") == []


async def test_supervisors_see_all_that_wait_and_case_managers_their_own(desk: Shift) -> None:
    await desk.after_a_talk("otieno")
    await desk.after_a_talk("wanjiku")
    assert [one["user_name"] for one in await desk.pending("sue")] == ["wanjiku", "otieno"]
    assert {one["contact_address"] for one in await desk.pending("sue")} == {NUMBER}
    assert await desk.pending("maria") == []


async def test_who_may_see_all_cases_but_no_numbers_sees_who_waits_and_no_number(
    desk: Shift,
) -> None:
    await desk.after_a_talk("otieno")
    async with desk.centre.services.db.write() as tx:
        rights = ["view_all_cases", LOGS]
        await tx.execute(insert(roles).values(name="auditor", rights=rights, built_in=False))
    await desk.centre.services.access.reload()
    owner = await desk.centre.house.person("ken", "auditor")
    headers = await desk.centre.house.headers(owner=owner)
    async with desk.centre.http.get(PENDING, headers=headers) as answer:
        (found,) = (await answer.json())["data"]
    assert (found["contact_address"], found["user_name"]) == (None, "otieno")


async def test_its_counsellor_completes_it_with_a_disposition_and_a_case(desk: Shift) -> None:
    call_id = await desk.after_a_talk("otieno")
    (waiting,) = await desk.pending("otieno")
    case_id = await desk.case()
    body: dict[str, Any] = {"case_id": case_id, "disposition_id": 50}
    body["disposition_notes"] = "See the case"
    done = (await desk.done("otieno", "PUT", f"{LOG}/{waiting['id']}", body))["data"]
    assert done == {**waiting, **body, **COMPLETED, "updated_at": done["updated_at"]}
    assert await desk.pending("otieno") == []
    assert (await desk.activities(case_id))[0][1] == "Inbound call logged: New Case Created"
    (line,) = await desk.deeds("communication.log")
    assert line["details"]["call_id"] == call_id


COMPLETED = {"state": "logged", "disposition": "case_created", "disposition_code": "CASE_NEW"}


async def test_to_complete_a_call_one_says_what_came_of_it(desk: Shift) -> None:
    await desk.after_a_talk("otieno")
    (waiting,) = await desk.pending("otieno")
    for body in ({"message": "Later"}, {"disposition_id": None}):
        status, answer = await desk.ask("otieno", "PUT", f"{LOG}/{waiting['id']}", body)
        assert (status, answer["error"]["details"]["fields"][0]["field"]) == (400, "disposition_id")
    assert await desk.pending("otieno") == [waiting]


async def test_what_is_posted_about_a_call_completes_what_it_left(desk: Shift) -> None:
    call_id = await desk.after_a_talk("otieno", seconds=45)
    (waiting,) = await desk.pending("otieno")
    about = {"contact_type": "call", "direction": "inbound", "call_id": call_id}
    body = {**about, "disposition_id": 51, "contact_name": "A neighbor"}
    made = (await desk.done("otieno", "POST", LOG, body))["data"]
    assert made["id"] == waiting["id"]
    found = (await desk.done("otieno", "GET", f"{LOG}/{made['id']}"))["data"]
    assert (found["duration"], found["contact_address"]) == (45, NUMBER)
    assert (found["contact_name"], found["disposition_code"]) == ("A neighbor", "INFO_PROVIDED")
    status, answer = await desk.ask("otieno", "POST", LOG, body)
    assert (status, answer["error"]["details"]["communication_id"]) == (409, made["id"])


async def test_what_is_logged_during_the_call_is_not_left_by_it_again(desk: Shift) -> None:
    caller, call_id = await desk.talks("otieno")
    body = {"contact_type": "call", "direction": "inbound", "call_id": call_id}
    made = (await desk.done("otieno", "POST", LOG, {**body, "disposition_id": 51}))["data"]
    await desk.centre.pass_time(20)
    caller.hangs_up()
    await desk.is_over(call_id)
    assert await desk.pending("sue") == []
    found = (await desk.done("otieno", "GET", f"{LOG}/{made['id']}"))["data"]
    assert (found["duration"], found["contact_address"], found["state"]) == (20, NUMBER, "logged")


async def test_nobody_logs_a_call_that_was_not_his(desk: Shift) -> None:
    call_id = await desk.after_a_talk("otieno")
    body = {"contact_type": "call", "direction": "inbound", "call_id": call_id}
    status, answer = await desk.ask("wanjiku", "POST", LOG, {**body, "disposition_id": 51})
    assert (status, answer["error"]["details"]["fields"][0]["field"]) == (400, "call_id")
    assert len(await desk.pending("otieno")) == 1


async def test_nobody_elses_waiting_call_is_there_for_an_operator(desk: Shift) -> None:
    await desk.after_a_talk("otieno")
    (waiting,) = await desk.pending("otieno")
    for who, status in (("wanjiku", 404), ("maria", 404), ("sue", 200)):
        body = {"disposition_id": 58}
        assert (await desk.ask(who, "PUT", f"{LOG}/{waiting['id']}", body))[0] == status


async def test_a_case_that_the_callers_number_suggests_can_be_named_while_he_writes_up(
    desk: Shift,
) -> None:
    client_id = await desk.client(phone=NUMBER)
    case_id = await desk.case("wanjiku", client_id=client_id)
    call_id = await desk.after_a_talk("otieno")
    (waiting,) = await desk.pending("otieno")
    body = {"case_id": case_id, "disposition_id": 52}
    await desk.done("otieno", "PUT", f"{LOG}/{waiting['id']}", body)
    (line,) = await desk.deeds("communication.log")
    assert (line["details"]["via"], line["details"]["call_id"]) == ("call-context", call_id)


async def test_a_session_about_the_call_and_its_communication_name_one_client(
    desk: Shift,
) -> None:
    client_id = await desk.client(phone=NUMBER)
    caller, call_id = await desk.talks("otieno")
    body = {"call_id": call_id, "session_type": "crisis"}
    await desk.done("otieno", "POST", f"{MHU}/clients/{client_id}/sessions", body)
    caller.hangs_up()
    await desk.is_over(call_id)
    (waiting,) = await desk.pending("otieno")
    assert (waiting["call_id"], waiting["client_id"]) == (call_id, client_id)


# ---- wrap-up and drafts


async def test_saving_the_disposition_leaves_twenty_seconds_of_the_wrap_up(desk: Shift) -> None:
    await desk.after_a_talk("otieno")
    agent = await desk.centre.agent_is("wrap-up")
    await desk.done("sue", "POST", f"{MHU}/agents/agent001/wrap-up/extend", {"seconds": 300})
    (waiting,) = await desk.pending("otieno")
    await desk.done("otieno", "PUT", f"{LOG}/{waiting['id']}", {"disposition_id": 51})
    await eventually(lambda: _left_s(desk) <= 20)
    assert agent.status == "wrap-up"


async def test_who_has_said_it_during_the_call_has_twenty_seconds_of_wrap_up(desk: Shift) -> None:
    await desk.done("sue", "PUT", f"{MHU}/queues/support", {"wrap_up_seconds": 300})
    caller, call_id = await desk.talks("otieno")
    body = {"contact_type": "call", "direction": "inbound", "call_id": call_id}
    await desk.done("otieno", "POST", LOG, {**body, "disposition_id": 51})
    await desk.centre.pass_time(5)
    caller.hangs_up()
    await desk.is_over(call_id)
    await desk.centre.agent_is("wrap-up")
    await eventually(lambda: _left_s(desk) <= 20)

    await desk.done("otieno", "POST", f"{MHU}/agents/agent001/wrap-up/extend", {"seconds": 60})
    await desk.centre.pass_time(1)
    assert _left_s(desk) > 60


async def test_what_was_said_during_one_call_does_not_shorten_the_wrap_up_of_the_next(
    desk: Shift,
) -> None:
    caller, call_id = await desk.talks("otieno")
    body = {"contact_type": "call", "direction": "inbound", "call_id": call_id}
    await desk.done("otieno", "POST", LOG, {**body, "disposition_id": 51})
    caller.hangs_up()
    await desk.is_over(call_id)
    await desk.centre.pass_time(25)
    await desk.done("sue", "PUT", f"{MHU}/queues/support", {"wrap_up_seconds": 300})
    await desk.after_a_talk("otieno")
    await desk.centre.agent_is("wrap-up")
    await desk.centre.pass_time(1)
    assert _left_s(desk) > 200


async def test_a_wrap_up_that_is_nearly_over_is_not_made_longer(desk: Shift) -> None:
    await desk.after_a_talk("otieno")
    before = (await desk.centre.agent_is("wrap-up")).wrap_up_until
    (waiting,) = await desk.pending("otieno")
    await desk.done("otieno", "PUT", f"{LOG}/{waiting['id']}", {"disposition_id": 51})
    await desk.centre.pass_time(1)
    assert desk.centre.live.agents["agent001"].wrap_up_until == before


async def test_who_writes_up_an_older_call_keeps_the_time_for_the_newer(desk: Shift) -> None:
    await desk.after_a_talk("otieno")
    await desk.centre.pass_time(15)
    await desk.after_a_talk("otieno")
    await desk.centre.agent_is("wrap-up")
    await desk.done("sue", "POST", f"{MHU}/agents/agent001/wrap-up/extend", {"seconds": 300})
    older = (await desk.pending("otieno"))[1]
    await desk.done("otieno", "PUT", f"{LOG}/{older['id']}", {"disposition_id": 51})
    await desk.centre.pass_time(1)
    assert _left_s(desk) > 100


def _left_s(desk: Shift) -> float:
    until = desk.centre.live.agents["agent001"].wrap_up_until
    assert until is not None
    return (until - desk.centre.clock.now()).total_seconds()


async def test_a_draft_is_gone_when_its_call_is_logged(desk: Shift) -> None:
    call_id = await desk.after_a_talk("otieno")
    other = await desk.after_a_talk("wanjiku")
    for who, draft in (("otieno", call_id), ("otieno", other), ("wanjiku", other)):
        await desk.done(who, "PUT", f"{MHU}/drafts/{draft}", {"form": {"notes": "So far"}})
    (waiting,) = await desk.pending("otieno")
    await desk.done("otieno", "PUT", f"{LOG}/{waiting['id']}", {"disposition_id": 51})
    assert (await desk.ask("otieno", "GET", f"{MHU}/drafts/{call_id}"))[0] == 404
    assert (await desk.ask("otieno", "GET", f"{MHU}/drafts/{other}"))[0] == 200
    assert (await desk.ask("wanjiku", "GET", f"{MHU}/drafts/{other}"))[0] == 200


async def test_who_completes_anothers_call_takes_that_ones_draft_away(desk: Shift) -> None:
    call_id = await desk.after_a_talk("otieno")
    await desk.done("otieno", "PUT", f"{MHU}/drafts/{call_id}", {"form": {"notes": "So far"}})
    (waiting,) = await desk.pending("sue")
    await desk.done("sue", "PUT", f"{LOG}/{waiting['id']}", {"disposition_id": 58})
    assert (await desk.ask("otieno", "GET", f"{MHU}/drafts/{call_id}"))[0] == 404


# ---- what MHU shows of it


async def test_a_call_shows_what_its_agent_says_came_of_it(desk: Shift) -> None:
    call_id = await desk.after_a_talk("otieno")
    assert (await desk.done("otieno", "GET", f"{MHU}/calls/{call_id}"))["disposition_code"] is None
    (waiting,) = await desk.pending("otieno")
    await desk.done("otieno", "PUT", f"{LOG}/{waiting['id']}", {"disposition_id": 51})
    one = await desk.done("wanjiku", "GET", f"{MHU}/calls/{call_id}")
    (listed,) = (await desk.done("sue", "GET", f"{MHU}/calls"))["calls"]
    assert one["disposition_code"] == listed["disposition_code"] == "INFO_PROVIDED"
    assert one["end_reason"] == "completed"


async def test_a_call_that_goes_on_shows_what_was_said_of_it_already(desk: Shift) -> None:
    _, call_id = await desk.talks("otieno")
    about = {"contact_type": "call", "direction": "inbound", "call_id": call_id}
    await desk.done("otieno", "POST", LOG, {**about, "disposition_id": 51})
    one = await desk.done("otieno", "GET", f"{MHU}/calls/{call_id}")
    assert (one["status"], one["disposition_code"]) == ("in-progress", "INFO_PROVIDED")


async def test_of_a_call_that_two_agents_had_the_later_word_counts(desk: Shift) -> None:
    call_id = await desk.after_a_talk("otieno")
    about = {"contact_type": "call", "direction": "inbound", "call_id": call_id}
    await desk.done("sue", "POST", LOG, {**about, "disposition_id": 55})
    await desk.centre.pass_time(1)
    await desk.done("otieno", "POST", LOG, {**about, "disposition_id": 51})
    call = await desk.done("sue", "GET", f"{MHU}/calls/{call_id}")
    assert call["disposition_code"] == "INFO_PROVIDED"


async def test_a_call_in_memory_is_shown_also_while_the_database_can_not_be_read(
    desk: Shift,
) -> None:
    call_id = await desk.after_a_talk("otieno")
    await desk.centre.services.db.close()
    desk.centre.services.db.path.unlink()
    call = await desk.done("sue", "GET", f"{MHU}/calls/{call_id}")
    assert (call["end_reason"], call["disposition_code"]) == ("completed", None)
