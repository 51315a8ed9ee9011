"""Cases and communications, of the OpenCHS dialect. Every method raises ClientError."""

from __future__ import annotations

from collections.abc import AsyncIterator

from mhud.client.http import OPENCHS, Http
from mhud.web.openchs.answers import Done, Many, One, Told
from mhud.web.openchs.case_models import (
    ActivityObject,
    CaseLine,
    CaseObject,
    CasesQuery,
    CaseUpdate,
    CreatedActivity,
    CreatedCase,
    NewActivity,
    NewCase,
    UpdatedCase,
)
from mhud.web.openchs.communication_models import (
    CommunicationChange,
    CommunicationMade,
    CommunicationObject,
    NewCommunication,
)

CASES, CONTACTS = f"{OPENCHS}/cases", f"{OPENCHS}/communications"


class Cases:
    def __init__(self, http: Http) -> None:
        self._http = http

    async def page(self, query: CasesQuery | None = None) -> Many[CaseLine]:
        """Newest first."""
        return await self._http.get(Many[CaseLine], CASES, query)

    async def all(self, query: CasesQuery | None = None) -> AsyncIterator[CaseLine]:
        """All pages, one after the other; `limit` is how many are asked for at once."""
        query = query or CasesQuery(limit=100)
        while True:
            page = await self.page(query)
            for line in page.data:
                yield line
            if not page.pagination.has_more:
                return
            query = query.model_copy(update={"offset": query.offset + len(page.data)})

    async def one(self, case_id: int) -> CaseObject:
        return (await self._http.get(One[CaseObject], f"{CASES}/{case_id:d}")).data

    async def create(self, case: NewCase, *, key: str | None = None) -> CreatedCase:
        return (await self._http.post(Told[CreatedCase], CASES, case, key=key)).data

    async def update(self, case_id: int, change: CaseUpdate) -> UpdatedCase:
        path = f"{CASES}/{case_id:d}"
        return (await self._http.put(Told[UpdatedCase], path, change)).data

    async def delete(self, case_id: int) -> Done:
        return await self._http.delete(Done, f"{CASES}/{case_id:d}")

    async def activities(self, case_id: int) -> list[ActivityObject]:
        path = f"{CASES}/{case_id:d}/activities"
        return (await self._http.get(Many[ActivityObject], path)).data

    async def add_activity(self, case_id: int, activity: NewActivity) -> CreatedActivity:
        path = f"{CASES}/{case_id:d}/activities"
        return (await self._http.post(One[CreatedActivity], path, activity)).data

    async def communications(self, case_id: int) -> list[CommunicationObject]:
        path = f"{CASES}/{case_id:d}/communications"
        return (await self._http.get(Many[CommunicationObject], path)).data


class Communications:
    def __init__(self, http: Http) -> None:
        self._http = http

    async def log(self, contact: NewCommunication, *, key: str | None = None) -> CommunicationMade:
        return (await self._http.post(One[CommunicationMade], CONTACTS, contact, key=key)).data

    async def pending(self) -> list[CommunicationObject]:
        """Calls that are over and wait to be written up."""
        return (await self._http.get(Many[CommunicationObject], f"{CONTACTS}/pending")).data

    async def one(self, ident: int) -> CommunicationObject:
        return (await self._http.get(One[CommunicationObject], f"{CONTACTS}/{ident:d}")).data

    async def complete(self, ident: int, change: CommunicationChange) -> CommunicationObject:
        path = f"{CONTACTS}/{ident:d}"
        return (await self._http.put(One[CommunicationObject], path, change)).data
