"""Every text that somebody can put into mhud, put there by who wants to run a script."""

from __future__ import annotations

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

# What is no text of somebody's: words of a fixed list, ids, addresses, numbers, times, secrets.
# Each is refused or compared by the API when it is anything else.
_NO_TEXT = """
access_token action_id activity_type addr_addr addr_type agent_id agents ai_risk_level
announcement_id at call_id call_status caller_id case_id category child_gender client_id code
contact_address contact_type created_by date_of_birth day destination digits direction
done_call_id due_at email end_date events every expires_at extension file file_type format
gender group_by interface into language metrics mode music_on_hold_id new_password old_password
otp parent password period phone phones position priority queue queue_id queues reason_code
recipients refresh_token reporter_email reporter_phone rights role secret session_type
sign_in_addresses start_date status strategy subcategory tier time_zone token type url username
"""
NO_TEXT = frozenset(_NO_TEXT.split())


class Filling:
    """Asks, and remembers which fields were filled."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.filled: set[str] = set()

    async def put(self, method: str, path: str, hostile: dict[str, Any], **plain: Any) -> Any:
        """`hostile` are the fields that hold a text of the attacker's."""
        self.filled |= set(hostile)
        return await done(self.house, method, path, {**plain, **hostile})

    async def everywhere(self) -> str:
        """Returns the id of a case that is full of them."""
        case_id = await self._case()
        await self._people_and_things(case_id)
        await self._calls()
        return case_id

    async def _case(self) -> str:
        await self.put("POST", f"{OPENCHS}/categories", {"name": HOSTILE}, code="hostile")
        fields = "title description reporter_name reporter_relationship child_name child_location"
        texts = dict.fromkeys([*fields.split(), "ai_transcript", "ai_translation"], LONGER)
        made = await self.put(
            "POST", f"{OPENCHS}/cases", texts, category="hostile", reporter_phone=NUMBER
        )
        case_id = made["data"]["id"]
        at = f"{OPENCHS}/cases/{case_id}"
        await self.put("PUT", at, {"notes": LONGER})
        await self.put("POST", f"{at}/activities", {"description": LONGER}, activity_type="note")
        await self._attachment(at)
        return str(case_id)

    async def _attachment(self, at: str) -> None:
        form = aiohttp.FormData()
        form.add_field("description", LONGER)
        form.add_field("file_type", "document")
        name = HOSTILE + ".pdf"
        form.add_field("file", PDF, filename=name, content_type="application/pdf")
        await done(self.house, "POST", f"{at}/attachments", form=form)

    async def _people_and_things(self, case_id: str) -> None:
        texts = {"contact_name": LONGER, "message": LONGER, "disposition_notes": LONGER}
        sms = {"contact_type": "sms", "direction": "inbound", "contact_address": NUMBER}
        await self.put("POST", f"{OPENCHS}/communications", texts, case_id=int(case_id), **sms)
        texts = {"name": LONGER, "location": LONGER, "notes": LONGER}
        await self.put("POST", f"{MHU}/clients", {**texts, "tags": [HOSTILE]}, phone=NUMBER)
        texts = {"reason": LONGER, "notes": LONGER}
        await self.put("POST", f"{MHU}/callbacks", texts, phone=NUMBER)
        texts = {"name": HOSTILE, "description": LONGER}
        await self.put("POST", f"{MHU}/keys", texts, rights=["view_calls"])
        hook = {"url": "http://127.0.0.1:9/hook", "events": ["case.created"]}
        await self.put("POST", f"{MHU}/webhooks", {"description": LONGER}, **hook)
        await self.put("PUT", f"{MHU}/queues/crisis", {"name": HOSTILE})
        person = {"username": "hostile", "role": "operator"}
        await self.put("POST", f"{OPENCHS}/users", {"name": LONGER}, **person)
        words = {"code": "HOSTILE", "category": "other"}
        await self.put("POST", f"{OPENCHS}/dispositions", {"name": HOSTILE}, **words)
        recipient = self.house.services.access.known.names["supervisor_jane"].id
        when = {"every": "day", "at": "08:00", "period": "yesterday", "recipients": [recipient]}
        await self.put("POST", f"{MHU}/reports/schedules", {"name": LONGER}, **when)

    async def _calls(self) -> None:
        """One talks, one waits; both say a hostile name."""
        house = self.house
        await house.only("agent002")
        talking, call_id = await house.talks("agent002", name=LONGER)
        await self.put("PUT", f"{MHU}/calls/{call_id}/tags", {"tags": [HOSTILE]})
        await house.caller("crisis", name=LONGER)
        assert talking.is_on_the_line


MHU, OPENCHS = "/api/v1", "/helpline/api"


def texts_of_the_api() -> set[str]:
    """The names of all fields of requests that take a free text."""
    document = rest(apis())
    names = {name for body in _bodies(document) for name in _strings(document, body)}
    return names - NO_TEXT


def _bodies(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for methods in document["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield content["schema"]


def _strings(document: dict[str, Any], schema: dict[str, Any]) -> Iterator[str]:
    for name, field in _resolved(document, schema).get("properties", {}).items():
        if _takes_text(document, field):
            yield name


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
