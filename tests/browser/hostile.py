"""Every text that somebody can put into mhud, put there by who wants to run a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import aiohttp

from mhud.web.app import apis
from mhud.web.documents import rest
from tests.browser.asking import done
from tests.browser.house import House

MARK = "window.pwned=1"
HOSTILE = f"<img src=x onerror={MARK}>"  # short: it fits wherever a text fits
LONGER = f'"><script>{MARK}</script></textarea><svg onload={MARK}>'
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
NUMBER = "+254700111222"
IN_BRACES = re.compile(r"\{\w+\}")
SESSION = {"agent_id": "agent002"}

MHU, OPENCHS = "/api/v1", "/helpline/api"

# Fields that take no text of somebody's, and why: each is refused when it is anything else.
_NO_TEXT = {
    "a word of a fixed list": """
        activity_type addr_type ai_risk_level call_status category child_gender contact_type
        direction events every file_type format gender group_by language metrics mode period
        position priority reason_code rights role session_type status strategy subcategory tier
        type
    """,
    "the id of what must be there": """
        action_id agent_id agents announcement_id call_id case_id client_id created_by
        done_call_id into music_on_hold_id parent queue queues recipients
    """,
    "an address, a number or a code of a fixed form": """
        addr_addr agent caller_id code destination digits email extension interface number phone
        phones reporter_email sign_in_addresses url username
    """,
    "an instant or a day": """
        at date_of_birth day due_at end_date expires_at start_date time_zone
    """,
    "shown to nobody": """
        access_token new_password old_password otp password refresh_token secret token
    """,
    "the file itself; its name is filled": "file",
}
NO_TEXT = {name: why for why, names in _NO_TEXT.items() for name in names.split()}
# Written by another way in, where the same text is kept: it needs no filling of its own.
SAME = {
    "POST /helpline/api/cases/{case_id}": "as PUT",
    "POST /helpline/api/invitations/accept": "the name of a first administrator, as of any user",
    "POST /api/v1/bulk": "each of its parts is a request of its own",
    "POST /helpline/api/roles": "the name of a role is a word of a fixed form",
}
Field = tuple[str, str]  # "POST /helpline/api/cases", "title"


class Filling:
    """Asks, and remembers which fields were filled."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.filled: set[Field] = set()

    async def put(
        self, operation: str, hostile: dict[str, Any], one: object = "", **plain: Any
    ) -> Any:
        """`hostile` are the attacker's fields, `one` is what stands for the braces."""
        self.filled |= {(operation, name) for name in hostile}
        method, path = operation.split()
        return await done(self.house, method, IN_BRACES.sub(str(one), path), {**plain, **hostile})

    async def everywhere(self) -> str:
        """Returns the id of a case that is full of them."""
        case_id = await self._case()
        await self._contacts(case_id)
        await self._clients()
        await self._words()
        await self._programs()
        await self._calls()
        return case_id

    async def _case(self) -> str:
        await self.put(f"POST {OPENCHS}/categories", {"name": HOSTILE}, code="hostile")
        await self.put(f"PUT {OPENCHS}/categories/{{code}}", {"name": HOSTILE}, "hostile")
        fields = "title description reporter_name reporter_relationship reporter_phone child_name"
        more = "child_location ai_transcript ai_translation"
        texts = dict.fromkeys([*fields.split(), *more.split()], LONGER) | {
            "reporter_phone": HOSTILE
        }
        made = await self.put(f"POST {OPENCHS}/cases", texts, category="hostile")
        case_id = made["data"]["id"]
        one = f"{OPENCHS}/cases/{{case_id}}"
        await self.put(f"PUT {one}", {**texts, "notes": LONGER, "escalation": LONGER}, case_id)
        note = {"description": LONGER}
        await self.put(f"POST {one}/activities", note, case_id, activity_type="note")
        await self._attachment(f"POST {one}/attachments", case_id)
        return str(case_id)

    async def _attachment(self, operation: str, case_id: object) -> None:
        form = aiohttp.FormData()
        form.add_field("description", LONGER)
        form.add_field("file_type", "document")
        name = HOSTILE + ".pdf"
        form.add_field("file", PDF, filename=name, content_type="application/pdf")
        path = IN_BRACES.sub(str(case_id), operation.split()[1])
        await done(self.house, "POST", path, form=form)
        self.filled.add((operation, "description"))

    async def _contacts(self, case_id: str) -> None:
        texts = {"contact_name": LONGER, "message": LONGER, "disposition_notes": LONGER}
        texts["contact_address"] = HOSTILE
        plain = {"contact_type": "walk_in", "direction": "inbound", "case_id": int(case_id)}
        made = await self.put(f"POST {OPENCHS}/communications", texts, **plain)
        one = f"PUT {OPENCHS}/communications/{{communication_id}}"
        await self.put(one, texts, made["data"]["id"])
        wish = {"reason": LONGER, "notes": LONGER, "queue_id": HOSTILE}
        made = await self.put(f"POST {MHU}/callbacks", wish, phone=NUMBER)
        await self.put(f"PUT {MHU}/callbacks/{{callback_id}}", wish, made["id"])

    async def _clients(self) -> None:
        texts = {"name": LONGER, "location": LONGER, "notes": LONGER, "tags": [HOSTILE]}
        made = await self.put(f"POST {MHU}/clients", texts, phone=NUMBER)
        one = f"{MHU}/clients/{{client_id}}"
        await self.put(f"PUT {one}", texts, made["id"])
        told = {"notes": LONGER, "tags": [HOSTILE]}
        held = await self.put(f"POST {one}/sessions", told, made["id"], **SESSION)
        self.filled |= {(f"PUT {one}/sessions/{{session_id}}", name) for name in told}
        at = f"{MHU}/clients/{made['id']}/sessions/{held['session_id']}"
        await done(self.house, "PUT", at, told)

    async def _words(self) -> None:
        """What administrators name."""
        people = {"username": "hostile", "role": "operator"}
        made = await self.put(f"POST {OPENCHS}/users", {"name": LONGER}, **people)
        agent = self.house.services.access.known.names["operator_john"].id
        for user_id in (made["data"]["id"], agent):
            await self.put(f"PUT {OPENCHS}/users/{{user_id}}", {"name": LONGER}, user_id)
        words = {"code": "HOSTILE", "category": "other"}
        made = await self.put(f"POST {OPENCHS}/dispositions", {"name": HOSTILE}, **words)
        one = f"PUT {OPENCHS}/dispositions/{{disposition_id}}"
        await self.put(one, {"name": HOSTILE}, made["data"]["id"])
        await self.put(f"PUT {MHU}/queues/{{queue_id}}", {"name": HOSTILE}, "crisis")

    async def _programs(self) -> None:
        texts = {"name": HOSTILE, "description": LONGER}
        await self.put(f"POST {MHU}/keys", texts, rights=["view_calls"])
        hook = {"url": "http://127.0.0.1:9/hook", "events": ["case.created"]}
        made = await self.put(f"POST {MHU}/webhooks", {"description": LONGER}, **hook)
        await self.put(f"PUT {MHU}/webhooks/{{webhook_id}}", {"description": LONGER}, made["id"])
        recipient = self.house.services.access.known.names["supervisor_jane"].id
        when = {"every": "day", "at": "08:00", "period": "yesterday", "recipients": [recipient]}
        schedule = f"{MHU}/reports/schedules"
        made = await self.put(f"POST {schedule}", {"name": LONGER}, **when)
        one = f"PUT {schedule}/{{schedule_id}}"
        await self.put(one, {"name": LONGER}, made["id"], **when)

    async def _calls(self) -> None:
        """One talks, one waits; both say a hostile name."""
        house = self.house
        await house.only("agent002")
        talking, call_id = await house.talks("agent002", name=LONGER)
        await self.put(f"PUT {MHU}/calls/{{call_id}}/tags", {"tags": [HOSTILE]}, call_id)
        await house.caller("crisis", name=LONGER)
        assert talking.is_on_the_line


def texts_of_the_api() -> set[Field]:
    """All fields of requests that take a free text."""
    document = rest(apis())
    return {
        (operation, name)
        for operation, body in _bodies(document)
        if operation not in SAME
        for name in _strings(document, body)
        if name not in NO_TEXT
    }


def _bodies(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield f"{method.upper()} {path}", content["schema"]


def _strings(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    """Names of texts, also of those in parts of it."""
    for name, field in _resolved(document, schema).get("properties", {}).items():
        if _takes_text(document, field):
            yield name
        for part in _parts(document, field):
            yield from _strings(document, part)


def _parts(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    found = _resolved(document, schema)
    if "properties" in found:
        yield found
    for choice in [*found.get("anyOf", []), *([found["items"]] if "items" in found else [])]:
        yield from _parts(document, choice)


def _takes_text(document: dict[str, Any], schema: dict[str, Any]) -> bool:
    found = _resolved(document, schema)
    if "enum" in found or "const" in found or "format" in found:
        return False
    choices = [*found.get("anyOf", []), *([found["items"]] if "items" in found else [])]
    kinds = found.get("type")
    is_text = kinds == "string" or (isinstance(kinds, list) and "string" in kinds)
    return is_text or any(_takes_text(document, choice) for choice in choices)


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema
