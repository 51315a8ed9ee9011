"""What is sent for each line of the rights matrix: something that is right in all but rights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mhud.services import invitations, signin
from mhud.services.rights import COMMAND_LINE
from tests.control_commands import COMMANDS
from tests.houses import PASSWORD
from tests.matrix_house import MatrixHouse
from tests.matrix_things import MHU, OPENCHS, Thing, Things, letter
from tests.rights_matrix import Row
from tests.webhook_things import URL

ID, WORD, AT = "<its id>", "<its word>", "<its time>"
ME, OTHER, COLLEAGUE = "<me>", "<other>", "<colleague>"
CASE = f"{OPENCHS}/cases/{{case_id}}"
CASES = f"POST {OPENCHS}/cases"
CALLBACK = f"PUT {MHU}/callbacks/{{callback_id}}"
CLIENT = f"{MHU}/clients/{{client_id}}"
CONTACT = f"PUT {OPENCHS}/communications/{{communication_id}}"
WALKED_IN = {"contact_type": "walk_in", "direction": "inbound"}
PHONE = "+254711000111"
SIGN_IN = {"addr_addr": "jane@example.org", "addr_type": "email"}

SCHEDULE = {"name": "x", "every": "day", "at": "07:00", "period": "yesterday", "recipients": []}

QUERIES = {
    f"GET {MHU}/clients/lookup": "phone=0711000111",
    f"GET {MHU}/clients/lookup of a call": f"call_id={ID}",
    f"GET {MHU}/clients/search": f"query={WORD}",
    f"DELETE {CLIENT}": f"confirm={ID}",
    f"GET {MHU}/callbacks": f"queue_id={WORD}",
    f"GET {OPENCHS}/cases deleted": "deleted=true",
    f"GET {OPENCHS}/search/cases": f"q={WORD}",
    f"GET {OPENCHS}/statistics/cases": f"start_date={AT}",
}
BODIES: dict[str, dict[str, Any]] = {
    **{f"{one.method} {MHU}{one.path}": one.body for one in COMMANDS if one.body},
    f"POST {MHU}/calls/outbound": {"agent_id": ID, "destination": PHONE},
    f"POST {MHU}/agents": {"agent_id": WORD, "user_id": ID},
    f"PUT {MHU}/agents/{{agent_id}}": {"queues": []},
    f"PUT {MHU}/agents/{{agent_id}} phone": {"extension": "1999"},
    f"PUT {MHU}/queues/{{queue_id}}": {"name": "Help"},
    f"POST {MHU}/phone/rejoin": {"token": "a1b2c3d4e5"},
    f"POST {MHU}/clients": {"name": "Wambui"},
    f"PUT {CLIENT}": {"name": "Wambui"},
    f"POST {CLIENT}/sessions for an agent": {"agent_id": ID},
    f"PUT {CLIENT}/sessions/{{session_id}}": {"notes": "x"},
    f"PUT {MHU}/drafts/{{call_id}}": {"form": {}},
    f"POST {MHU}/callbacks": {"phone": PHONE},
    f"POST {MHU}/callbacks on a case": {"phone": PHONE, "case_id": ID},
    f"{CALLBACK} take": {"assigned_user_id": ME},
    f"{CALLBACK} onto a case": {"case_id": ID},
    f"{CONTACT} onto a case": {"case_id": ID},
    f"{CALLBACK} give away": {"assigned_user_id": COLLEAGUE},
    CASES: {"title": "x"},
    f"{CASES} for himself": {"title": "x", "assigned_user_id": ME},
    f"{CASES} for another": {"title": "x", "assigned_user_id": OTHER},
    **{f"{method} {CASE}": {"priority": "low"} for method in ("PUT", "POST")},
    f"PUT {CASE} deleted": {"priority": "low"},
    f"PUT {CASE} notes": {"notes": "x"},
    **{f"{method} {CASE} take": {"assigned_user_id": ME} for method in ("PUT", "POST")},
    **{f"{method} {CASE} give away": {"assigned_user_id": COLLEAGUE} for method in ("PUT", "POST")},
    f"PUT {CASE} escalate": {"escalation": "x"},
    f"POST {CASE}/activities": {"activity_type": "note", "description": "x"},
    f"POST {CASE}/activities escalate": {"activity_type": "escalation", "description": "x"},
    f"POST {OPENCHS}/communications": WALKED_IN,
    f"POST {OPENCHS}/communications on a case": {**WALKED_IN, "case_id": ID},
    CONTACT: {"message": "x"},
    f"{CONTACT} of no case": {"message": "x"},
    f"POST {OPENCHS}/categories": {"code": WORD, "name": "x"},
    f"PUT {OPENCHS}/categories/{{code}}": {"name": "x"},
    f"POST {OPENCHS}/dispositions": {"code": WORD.upper(), "name": "x", "category": "other"},
    f"PUT {OPENCHS}/dispositions/{{disposition_id}}": {"name": "x"},
    f"POST {OPENCHS}/users": {"username": WORD},
    f"PUT {OPENCHS}/users/{{user_id}}": {"name": WORD},
    f"POST {OPENCHS}/roles": {"name": WORD, "rights": ["view_calls"]},
    f"PUT {OPENCHS}/roles/{{name}}": {"rights": ["view_calls", "view_agents"]},
    f"POST {MHU}/reports/calls": {"start_date": "2025-03-01", "end_date": "2025-03-02"},
    f"POST {MHU}/reports/schedules": SCHEDULE,
    f"PUT {MHU}/reports/schedules/{{schedule_id}}": {"name": WORD},
    f"POST {MHU}/keys": {"name": "x", "rights": ["view_calls"]},
    f"POST {MHU}/webhooks": {"url": URL, "events": ["call.*"]},
    f"PUT {MHU}/webhooks/{{webhook_id}}": {"description": WORD},
    f"POST {MHU}/bulk": {"operations": [{"method": "GET", "path": "/api/v1/queues"}]},
    f"POST {OPENCHS}/changeAuth": {"old_password": PASSWORD, "new_password": PASSWORD},
    f"POST {MHU}/auth/token": {"username": "other", "password": PASSWORD},
    f"POST {OPENCHS}/login": {"username": "other", "password": PASSWORD},
    f"POST {OPENCHS}/sendOTP": SIGN_IN,
    f"POST {OPENCHS}/verifyOTP": {"addr_addr": "jane@example.org", "otp": "123456"},
}
FIXED = {
    "queue_id": "support",
    "code": "abuse",
    "disposition_id": 50,
    "name": "volunteer",
    "file": "docs.js",
}
"""Of what nobody has."""

HIS = {"client_id": "client", "communication_id": "loose", "callback_id": "callback"}
"""Where a row is about something else: these are the asker's own then."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody is about to ask for something."""

    things: Things
    row: Row
    who: str
    thing: Thing

    @property
    def house(self) -> MatrixHouse:
        return self.things.house

    async def url(self) -> str:
        params = {**FIXED, **self.thing.params}
        for name, kind in HIS.items():
            if name in self.row.path and name not in params:
                params |= (await self.things.make(kind, self.who, "own")).params
        query = QUERIES.get(self.row.name, "")
        for mark, value in self._values().items():
            query = query.replace(mark, str(value))
        return self.row.path.format(**params) + (f"?{query}" if query else "")

    async def body(self) -> dict[str, Any]:
        """As aiohttp takes it."""
        if self.row.changes and self.row.path.endswith("/attachments"):
            return {"data": letter()}
        if self.row.path.endswith(("/auth/refresh", "/auth/revoke")):
            access = self.house.centre.services.access
            grant = await signin.log_in(access, "other", PASSWORD, "192.0.2.1")
            return {"json": {"refresh_token": grant.refresh_token}}
        if "/invitations/" in self.row.path:
            return {"json": await self._invitation()}
        if self.row.path.endswith("/merge"):
            return {"json": {"into": (await self.things.make("client", "other", "own")).ident}}
        values, found = self._values(), BODIES.get(self.row.name)
        if found is None:
            return {}
        return {"json": {k: values.get(str(v), v) for k, v in found.items()}}

    async def _invitation(self) -> dict[str, Any]:
        """A link is good once: a new one for each that asks."""
        access = self.house.centre.services.access
        made = await invitations.invite(access, self.house.ids["colleague"], COMMAND_LINE)
        accepts = self.row.path.endswith("/accept")
        return {"token": made.token, **({"password": PASSWORD} if accepts else {})}

    def _values(self) -> dict[str, Any]:
        ids = self.house.ids
        return {
            ID: self.thing.ident,
            WORD: self.thing.word,
            WORD.upper(): self.thing.word.upper(),
            AT: f"{self.thing.at:%Y-%m-%dT%H:%M:%SZ}",
            ME: ids[self.who],
            OTHER: ids["other"],
            COLLEAGUE: ids["colleague"],
        }
