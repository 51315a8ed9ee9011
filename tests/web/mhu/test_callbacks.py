"""Callbacks: a list that counsellors share, until one of them takes one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.shift import MHU, NUMBER, Shift, shift

CALLBACKS = f"{MHU}/callbacks"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Shift]:
    async with shift(tmp_path) as opened:
        yield opened


async def add(desk: Shift, who: str = "otieno", **values: Any) -> dict[str, Any]:
    made: dict[str, Any] = await desk.done(who, "POST", CALLBACKS, {"phone": NUMBER, **values})
    return made


async def change(desk: Shift, who: str, one: dict[str, Any], **values: Any) -> tuple[int, Any]:
    return await desk.ask(who, "PUT", f"{CALLBACKS}/{one['id']}", values)


async def listed(desk: Shift, who: str, query: str = "") -> list[str]:
    found = await desk.done(who, "GET", f"{CALLBACKS}{query}")
    return [one["id"] for one in found["callbacks"]]


async def given_up(desk: Shift) -> str:
    """The id of a call whose caller waited in vain."""
    caller = desk.centre.pbx.call_in(NUMBER, queue="support")
    call = await desk.centre.only_call()
    caller.hangs_up()
    await desk.is_over(call.id)
    return call.id


# ---- kept and read


async def test_a_callback_is_read_as_it_was_asked_for(desk: Shift) -> None:
    case_id, client_id = await desk.case(), await desk.client()
    sent = {
        "phone": "0700 123 456",
        "client_id": client_id,
        "case_id": case_id,
        "queue_id": "support",
        "priority": "high",
        "reason": "After school",
        "notes": "Speak\nSwahili",
        "due_at": "2025-03-03T15:00:00Z",
        "assigned_user_id": desk.ids["otieno"],
    }
    status, made = await desk.ask("otieno", "POST", CALLBACKS, sent)
    assert status == 201
    assert {name: made[name] for name in sent} == sent
    assert (made["status"], made["call_id"], made["done_call_id"]) == ("open", None, None)
    assert made["created_by"] == desk.ids["otieno"]
    assert await desk.done("otieno", "GET", f"{CALLBACKS}/{made['id']}") == made
    (line,) = await desk.deeds("callback.create")
    assert line["subject_id"] == made["id"]
    assert "700" not in str(line["details"])


async def test_without_a_time_it_is_due_at_once_and_of_medium_priority(desk: Shift) -> None:
    made = await add(desk)
    assert made["due_at"] == made["created_at"]
    assert made["priority"] == "medium"


async def test_who_is_due_first_comes_first_page_by_page(desk: Shift) -> None:
    due = [f"2025-03-0{day}T08:00:00Z" for day in (7, 4, 6, 5)]
    ids = {at: (await add(desk, due_at=at))["id"] for at in due}
    wanted = [ids[at] for at in sorted(due)]
    assert await listed(desk, "otieno") == wanted
    first = await desk.done("otieno", "GET", f"{CALLBACKS}?limit=3")
    rest = await desk.done("otieno", "GET", f"{CALLBACKS}?limit=3&cursor={first['next_cursor']}")
    found = [one["id"] for one in first["callbacks"] + rest["callbacks"]]
    assert (found, rest["next_cursor"]) == (wanted, None)
    assert await listed(desk, "otieno", "?due_before=2025-03-05") == wanted[:2]


async def test_those_that_are_over_are_listed_when_asked_for(desk: Shift) -> None:
    one, two = await add(desk), await add(desk, queue_id="crisis")
    await change(desk, "otieno", one, status="done")
    assert await listed(desk, "otieno") == [two["id"]]
    assert await listed(desk, "otieno", "?status=done") == [one["id"]]
    assert set(await listed(desk, "otieno", "?status=all")) == {one["id"], two["id"]}
    assert await listed(desk, "otieno", "?queue_id=crisis") == [two["id"]]


WRONG: list[tuple[str, Any]] = [
    ("phone", "no number"),
    ("phone", "x" * 65),
    ("priority", "urgent"),
    ("due_at", "tomorrow"),
    ("due_at", "2025-03-03T15:00:00"),
    ("due_at", "0001-01-01T00:00:00+14:00"),  # in UTC in no year at all
    ("due_at", "9999-12-31T23:59:59-12:00"),
    ("assigned_user_id", 4711),
    ("client_id", "client-of-nobody"),
    ("call_id", "call-of-nobody"),
    ("reason", "two\nlines"),
    ("color", "red"),
]


async def test_what_is_wrong_is_named_and_nothing_is_kept(desk: Shift) -> None:
    for field, value in WRONG:
        body = {"phone": NUMBER, field: value}
        status, answer = await desk.ask("otieno", "POST", CALLBACKS, body)
        assert (status, answer["details"][0]["field"]) == (400, field)
    assert await listed(desk, "ada") == []


async def test_a_wrong_question_is_refused(desk: Shift) -> None:
    for query in ("?limit=0", "?status=lost", "?cursor=x", "?color=red"):
        assert (await desk.ask("otieno", "GET", CALLBACKS + query))[0] == 400, query


async def test_without_a_number_and_a_call_nobody_can_be_called_back(desk: Shift) -> None:
    status, answer = await desk.ask("otieno", "POST", CALLBACKS, {"reason": "He asked for it"})
    assert (status, answer["details"][0]["field"]) == (400, "phone")


async def test_a_callback_names_no_case_that_one_does_not_see(desk: Shift) -> None:
    case_id = await desk.case("wanjiku")
    body = {"phone": NUMBER, "case_id": case_id}
    assert (await desk.ask("otieno", "POST", CALLBACKS, body))[0] == 404
    made = await add(desk)
    assert (await change(desk, "otieno", made, case_id=case_id))[0] == 404
    assert (await change(desk, "otieno", made, client_id="client-of-nobody"))[0] == 400


# ---- the caller of a call


async def test_a_caller_who_gave_up_is_called_back_at_his_number(desk: Shift) -> None:
    call_id = await given_up(desk)
    made = await desk.done("otieno", "POST", CALLBACKS, {"call_id": call_id})
    assert (made["phone"], made["call_id"], made["queue_id"]) == (NUMBER, call_id, "support")


async def test_the_caller_of_ones_own_call_is_called_back_at_his_number(desk: Shift) -> None:
    call_id = await desk.after_a_talk("otieno")
    made = await desk.done("otieno", "POST", CALLBACKS, {"call_id": call_id})
    assert made["phone"] == NUMBER


async def test_nobody_reads_the_number_of_anothers_caller_by_a_callback(desk: Shift) -> None:
    call_id = await desk.after_a_talk("wanjiku")
    status, answer = await desk.ask("otieno", "POST", CALLBACKS, {"call_id": call_id})
    assert (status, answer["code"]) == (403, "insufficient_permissions")
    assert NUMBER not in str(answer)


# ---- taking one


async def test_what_nobody_took_is_seen_by_all_and_its_number_by_who_takes_it(
    desk: Shift,
) -> None:
    made = await add(desk, "otieno")

    async def phone(who: str) -> Any:
        return (await desk.done(who, "GET", f"{CALLBACKS}/{made['id']}"))["phone"]

    assert await phone("wanjiku") is None
    assert [await phone(who) for who in ("otieno", "sue", "ada")] == [NUMBER] * 3
    _, taken = await change(desk, "wanjiku", made, assigned_user_id=desk.ids["wanjiku"])
    assert taken["phone"] == await phone("wanjiku") == NUMBER


async def test_what_somebody_took_is_there_for_him_its_maker_and_who_oversees(
    desk: Shift,
) -> None:
    made = await add(desk, "otieno")
    await change(desk, "wanjiku", made, assigned_user_id=desk.ids["wanjiku"])
    seen = {who: await listed(desk, who) == [made["id"]] for who in desk.ids}
    assert seen == {"otieno": True, "wanjiku": True, "maria": False, "sue": True, "ada": True}
    for method in ("GET", "PUT"):
        assert (await desk.ask("maria", method, f"{CALLBACKS}/{made['id']}", {}))[0] == 404
    assert await listed(desk, "wanjiku", "?unassigned=true") == []
    mine = f"?assigned_user_id={desk.ids['wanjiku']}"
    assert await listed(desk, "wanjiku", mine) == [made["id"]]


async def test_who_comes_second_does_not_take_it_away(desk: Shift) -> None:
    made = await add(desk, "otieno")
    await change(desk, "wanjiku", made, assigned_user_id=desk.ids["wanjiku"])
    for after in (desk.ids["otieno"], None):
        status, answer = await change(desk, "otieno", made, assigned_user_id=after)
        assert (status, answer["code"]) == (409, "conflict")
    assert (await change(desk, "wanjiku", made, assigned_user_id=None))[0] == 200
    assert (await change(desk, "otieno", made, assigned_user_id=desk.ids["otieno"]))[0] == 200


async def test_only_who_oversees_gives_one_to_somebody_else(desk: Shift) -> None:
    made = await add(desk, "otieno")
    wanjiku = desk.ids["wanjiku"]
    assert (await change(desk, "otieno", made, assigned_user_id=wanjiku))[0] == 403
    body = {"phone": NUMBER, "assigned_user_id": wanjiku}
    assert (await desk.ask("otieno", "POST", CALLBACKS, body))[0] == 403
    assert (await change(desk, "sue", made, assigned_user_id=wanjiku))[0] == 200
    assert (await change(desk, "sue", made, assigned_user_id=desk.ids["otieno"]))[0] == 200


# ---- what came of it


async def test_a_done_callback_names_the_call_and_can_be_opened_again(desk: Shift) -> None:
    made = await add(desk)
    call_id = await desk.after_a_talk("otieno")
    _, done = await change(desk, "otieno", made, status="done", done_call_id=call_id)
    assert (done["status"], done["done_call_id"]) == ("done", call_id)
    status, answer = await change(desk, "otieno", made, status="cancelled")
    assert (status, answer["code"]) == (409, "conflict")
    assert (await change(desk, "otieno", made, status="open"))[0] == 200
    assert (await change(desk, "otieno", made, status="cancelled"))[0] == 200
    assert (await change(desk, "otieno", made, done_call_id="call-of-nobody"))[0] == 400


async def test_null_clears_what_may_be_empty_and_nothing_else(desk: Shift) -> None:
    made = await add(desk, reason="School", notes="At four")
    _, changed = await change(desk, "otieno", made, reason=None, phone="0722000000")
    assert (changed["reason"], changed["notes"]) == (None, "At four")
    assert changed["phone"] == "0722000000"
    for field in ("phone", "priority", "status", "due_at"):
        status, answer = await change(desk, "otieno", made, **{field: None})
        assert (status, answer["details"][0]["field"]) == (400, field)


async def test_nobody_overwrites_what_he_has_not_seen(desk: Shift) -> None:
    made = await add(desk)
    http, path = desk.centre.http, f"{CALLBACKS}/{made['id']}"
    async with http.get(path, headers=desk.headers["otieno"]) as answer:
        etag = answer.headers["ETag"]
    await change(desk, "otieno", made, notes="By another window")
    headers = {**desk.headers["otieno"], "If-Match": etag}
    async with http.put(path, json={"notes": "Mine"}, headers=headers) as answer:
        assert answer.status == 412
    async with http.get(path, headers=desk.headers["otieno"]) as answer:
        headers["If-Match"] = answer.headers["ETag"]
    async with http.put(path, json={"notes": "Mine"}, headers=headers) as answer:
        assert answer.status == 200


async def test_a_change_is_on_record_and_what_changes_nothing_is_not(desk: Shift) -> None:
    made = await add(desk, priority="low")
    await change(desk, "otieno", made, priority="low")
    assert await desk.deeds("callback.update") == []
    await change(desk, "otieno", made, priority="critical")
    (line,) = await desk.deeds("callback.update")
    assert (line["subject_id"], line["details"]) == (made["id"], {"fields": ["priority"]})


async def test_only_who_logs_contacts_sees_callbacks(desk: Shift) -> None:
    headers = await desk.centre.house.headers("view_calls", "view_clients")
    for method, path in (("GET", ""), ("POST", ""), ("GET", "/x"), ("PUT", "/x")):
        async with desk.centre.http.request(
            method, CALLBACKS + path, json={}, headers=headers
        ) as answer:
            assert answer.status == 403


# ---- callers who called in vain


async def missed(desk: Shift, who: str, query: str = "") -> list[dict[str, Any]]:
    found = await desk.done(who, "GET", f"{CALLBACKS}/missed{query}")
    callers: list[dict[str, Any]] = found["callers"]
    return callers


async def test_who_gave_up_is_listed_once_until_somebody_takes_him(desk: Shift) -> None:
    first, last = await given_up(desk), await given_up(desk)
    (one,) = await missed(desk, "otieno")
    assert (one["call_id"], one["last_call_id"], one["calls"]) == (first, last, 2)
    assert (one["phone"], one["queue_id"], one["callback_id"]) == (None, "support", None)
    assert (await missed(desk, "sue"))[0]["phone"] == NUMBER
    body = {"call_id": one["call_id"], "assigned_user_id": desk.ids["otieno"]}
    status, made = await desk.ask("otieno", "POST", CALLBACKS, body)
    assert (status, made["phone"]) == (201, NUMBER)
    assert await missed(desk, "otieno", "?untaken=true") == []
    (one,) = await missed(desk, "otieno")
    assert (one["callback_id"], one["assigned_user_id"]) == (made["id"], desk.ids["otieno"])
    assert await missed(desk, "otieno", "?queue_id=crisis") == []
    lines = await desk.deeds("callback.missed")
    assert lines
    assert "700" not in str(lines)


async def test_who_gave_up_is_on_the_list_once_however_many_take_him_at_once(desk: Shift) -> None:
    call_id = await given_up(desk)
    takes = [
        desk.ask(who, "POST", CALLBACKS, {"call_id": call_id, "assigned_user_id": desk.ids[who]})
        for who in ("otieno", "wanjiku")
    ]
    (made, other), (status, refused) = sorted(await asyncio.gather(*takes), key=lambda one: one[0])
    assert (made, status) == (201, 409)
    assert refused["details"]["reason"] == "listed"
    assert refused["details"]["callback_id"] == other["id"]
    await change(desk, "sue", other, status="done")
    again = {"call_id": call_id, "assigned_user_id": desk.ids["otieno"]}
    assert (await desk.ask("otieno", "POST", CALLBACKS, again))[0] == 201


async def test_the_page_of_missed_callers_takes_no_foreign_cursor(desk: Shift) -> None:
    status, answer = await desk.ask("otieno", "GET", f"{CALLBACKS}/missed?cursor=nonsense")
    assert (status, answer["details"][0]["field"]) == (400, "cursor")
