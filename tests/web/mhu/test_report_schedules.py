"""`/api/v1/reports/schedules`, and the mails that come of it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from pydantic import ValidationError
from yarl import URL

from mhud.config import ReportSettings
from mhud.errors import MhudError
from mhud.messages.carriers import carriers
from mhud.messages.courier import Courier
from mhud.services import signin
from mhud.services.people import Person, add_person, disable
from mhud.services.report_mail import PAUSES, ReportMail
from mhud.services.trail import Sought
from mhud.store.report_schedules import ScheduleRepository
from mhud.store.reports import COMPLETED, Report, ReportRepository
from mhud.web.app import build_app
from tests.fake_clock import FakeClock, settle
from tests.feed_things import MoodyDatabase
from tests.houses import PASSWORD, House, house
from tests.mail_server import MailServer, mail_server, mail_settings

SCHEDULES = "/api/v1/reports/schedules"
DAILY = {
    "name": "Morning figures",
    "every": "day",
    "at": "07:00",
    "period": "yesterday",
    "metrics": ["total_calls", "abandonment_rate"],
    "group_by": "hour",
    "format": "xlsx",
}
REPORTS = "/api/v1/reports"


@dataclass
class Office:
    """Sue and Sid are supervisors, Alice is the administrator; each has an address."""

    home: House
    http: TestClient[Any, Any]
    server: MailServer
    links: ReportMail
    courier: Courier
    tokens: dict[str, dict[str, str]]

    async def ask(
        self, method: str, path: str, body: Any = None, who: str = "sue", **headers: str
    ) -> tuple[int, Any]:
        sent = {**self.tokens[who], **headers}
        async with self.http.request(method, path, json=body, headers=sent) as answer:
            self.etag = answer.headers.get("ETag", "")
            return answer.status, await answer.json()

    def id_of(self, name: str) -> int:
        return self.home.services.access.known.names[name].id

    async def at(self, moment: str) -> None:
        """What is due then is asked for."""
        until = datetime.fromisoformat(moment).astimezone(UTC) - self.home.clock.now()
        await self.home.clock.advance(until.total_seconds())
        await self.home.services.reports.schedules.ask_due()

    async def reports(self) -> list[Report]:
        """Oldest first."""
        async with self.home.services.db.read() as tx:
            page = await ReportRepository(tx).page(limit=100)
        return list(page.reports[::-1])

    async def make(self, report: Report) -> None:
        """As its process would."""
        now = self.home.clock.now()
        values = {"status": COMPLETED, "completed_at": now, "expires_at": now + timedelta(days=7)}
        async with self.home.services.db.write() as tx:
            await ReportRepository(tx).change(
                report.id, **values, filename="report_0123456789abcdef.xlsx", mail_at=now
            )

    async def mail_now(self, report: Report) -> None:
        """As if its pause were over."""
        async with self.home.services.db.write() as tx:
            await ReportRepository(tx).change(report.id, mail_at=self.home.clock.now())

    async def mail(self) -> list[str]:
        """Who got something just now."""
        self.server.recipients.clear()
        await self.links.send_due()
        return sorted(self.server.recipients)


@asynccontextmanager
async def office_in(
    tmp_path: Path, start: str = "2025-03-03T06:00:00+03:00"
) -> AsyncIterator[Office]:
    clock = FakeClock(datetime.fromisoformat(start).astimezone(UTC))
    async with mail_server() as server:
        changes = {"mail": mail_settings(server.port), "timezone": "Africa/Nairobi"}
        http = {"public_url": "https://help.example.org/"}
        async with (
            house(tmp_path, clock, **changes, http=http) as home,
            TestClient(TestServer(build_app(home.services))) as client,
        ):
            s = home.services
            courier = Courier(carriers(s.settings, s.clock), s.clock, spread_s=0)
            mail = ReportMail(s.settings, s.clock, s.db, s.access, courier, s.reports.reports)
            carrying = asyncio.create_task(courier.run())
            office = Office(home, client, server, mail, courier, {})
            for name, role in (("sue", "supervisor"), ("sid", "supervisor"), ("alice", "admin")):
                email = f"{name}@example.org"
                person = Person(username=name, name=name, role=role, password=PASSWORD, email=email)
                await add_person(home.services.access, person)
                grant = await signin.log_in(home.services.access, name, PASSWORD, "192.0.2.1")
                office.tokens[name] = {"Authorization": f"Bearer {grant.access_token}"}
            yield office
            carrying.cancel()
            await asyncio.gather(carrying, return_exceptions=True)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with office_in(tmp_path) as one:
        yield one


async def test_a_schedule_is_made_listed_changed_and_deleted(office: Office) -> None:
    status, made = await office.ask("POST", SCHEDULES, DAILY)
    assert (status, office.etag) == (201, '"1"')
    assert made == {
        **DAILY,
        "id": made["id"],
        "day": None,
        "time_zone": "Africa/Nairobi",
        "queues": None,
        "agents": None,
        "recipients": [office.id_of("sue")],
        "active": True,
        "next_at": "2025-03-03T04:00:00Z",
        "last_at": None,
        "last_report_id": None,
        "problem": None,
        "created_by": office.id_of("sue"),
        "created_at": "2025-03-03T03:00:00Z",
        "updated_at": "2025-03-03T03:00:00Z",
    }
    one = f"{SCHEDULES}/{made['id']}"
    assert await office.ask("GET", SCHEDULES, who="sid") == (200, {"schedules": [made], "total": 1})
    change = {"every": "month", "day": 31, "metrics": None, "time_zone": "Asia/Kathmandu"}
    status, changed = await office.ask("PUT", one, change, **{"If-Match": '"1"'})
    assert (status, office.etag, len(changed["metrics"])) == (200, '"2"', 16)
    assert changed["next_at"] == "2025-03-31T01:15:00Z"
    assert (await office.ask("PUT", one, {"name": "x"}, **{"If-Match": '"1"'}))[0] == 412
    status, stopped = await office.ask("PUT", one, {"active": False})
    assert (stopped["active"], stopped["next_at"]) == (False, None)
    status, again = await office.ask("PUT", one, {"active": True}, who="alice")
    assert again["next_at"] == changed["next_at"]
    gone = {"success": True, "schedule_id": made["id"]}
    assert await office.ask("DELETE", one) == (200, gone)
    assert (await office.ask("GET", one))[0] == 404
    page = await office.home.services.trail.page(Sought(action="report.schedule.*"), 50, None)
    words = [one.action.rpartition(".")[2] for one in page.deeds]
    assert words == ["delete", "update", "update", "update", "create"]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"every": "hour"}, "every"),
        ({"at": "7:00"}, "at"),
        ({"at": "24:00"}, "at"),
        ({"day": 1}, "day"),
        ({"every": "week"}, "day"),
        ({"every": "week", "day": 8}, "day"),
        ({"every": "month", "day": 32}, "day"),
        ({"period": "tomorrow"}, "period"),
        ({"time_zone": "Nowhere"}, "time_zone"),
        ({"queues": ["suport"]}, "queues"),
        ({"recipients": [999]}, "recipients"),
        ({"recipients": ["sue@example.org"]}, "recipients.0"),
        ({"metrics": ["sadness"]}, "metrics.0"),
    ],
)
async def test_a_wrong_schedule_is_refused_by_the_name_of_its_field(
    office: Office, wrong: dict[str, Any], field: str
) -> None:
    status, shape = await office.ask("POST", SCHEDULES, {**DAILY, **wrong})
    assert (status, shape["details"][0]["field"]) == (400, field)
    _, made = await office.ask("POST", SCHEDULES, DAILY)
    status, shape = await office.ask("PUT", f"{SCHEDULES}/{made['id']}", wrong)
    assert (status, shape["details"][0]["field"]) == (400, field)


async def test_what_can_not_be_nothing_is_not_cleared(office: Office) -> None:
    _, made = await office.ask("POST", SCHEDULES, DAILY)
    for name in ("name", "at", "period", "recipients", "active"):
        status, shape = await office.ask("PUT", f"{SCHEDULES}/{made['id']}", {name: None})
        assert (status, shape["details"][0]["field"]) == (400, name)


async def test_only_who_made_a_schedule_and_an_administrator_change_it(office: Office) -> None:
    _, made = await office.ask("POST", SCHEDULES, DAILY)
    one = f"{SCHEDULES}/{made['id']}"
    assert (await office.ask("PUT", one, {"name": "mine"}, who="sid"))[0] == 403
    assert (await office.ask("DELETE", one, who="sid"))[0] == 403
    assert (await office.ask("PUT", one, {"name": "ours"}, who="alice"))[0] == 200


async def test_a_link_is_mailed_to_each_recipient_and_no_figure(office: Office) -> None:
    both = [office.id_of("sue"), office.id_of("sid")]
    _, schedule = await office.ask("POST", SCHEDULES, {**DAILY, "recipients": both})
    await office.at("2025-03-03T06:59:59+03:00")
    assert await office.reports() == []
    await office.at("2025-03-03T07:00:00+03:00")
    (report,) = await office.reports()
    assert report.wish["begin"] == "2025-03-01T21:00:00+00:00"
    assert report.wish["end"] == "2025-03-02T21:00:00+00:00"
    assert await office.mail() == []
    await office.make(report)
    assert await office.mail() == ["sid@example.org", "sue@example.org"]
    assert await office.mail() == []
    mail = office.server.received[0]
    assert mail["Subject"] == "Report: Morning figures"
    text = mail.get_content()
    assert "from 2025-03-02 00:00 to 2025-03-02 23:59" in " ".join(text.split())
    (link,) = [line for line in text.splitlines() if line.startswith("https:")]
    _, shown = await office.ask("GET", f"{REPORTS}/{report.id}/status")
    assert link == shown["download_url"]
    assert link.startswith(f"https://help.example.org/reports/download/{report.id}.xlsx?signature=")
    _, after = await office.ask("GET", f"{SCHEDULES}/{schedule['id']}")
    assert (after["last_report_id"], after["last_at"]) == (report.id, "2025-03-03T04:00:00Z")
    assert after["next_at"] == "2025-03-04T04:00:00Z"


@pytest.mark.timeout(120)  # a process starts in it
async def test_what_is_due_is_made_and_mailed_by_itself(office: Office) -> None:
    await office.ask("POST", SCHEDULES, DAILY)
    services, clock = office.home.services, office.home.clock
    working = asyncio.gather(services.reports.run(), services.otp.courier.run())
    async with asyncio.timeout(60):
        await clock.advance(3600)
        while not (reports := await office.reports()):
            await clock.advance(1)
        while (await office.reports())[0].status != COMPLETED:
            await settle()
        while not office.server.received:
            await clock.advance(1)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert len(reports) == 1
    assert office.server.recipients == ["sue@example.org"]
    (link,) = re.findall(r"^https:.*$", office.server.received[0].get_content(), re.MULTILINE)
    async with office.http.get(URL(link).path_qs, headers=office.tokens["sue"]) as answer:
        assert (answer.status, (await answer.read())[:2]) == (200, b"PK")


async def test_what_was_missed_while_the_daemon_was_down_comes_once(tmp_path: Path) -> None:
    async with office_in(tmp_path) as office:
        await office.ask("POST", SCHEDULES, DAILY)
    async with house(tmp_path, FakeClock(datetime(2025, 3, 7, 12, tzinfo=UTC))) as home:
        for _ in range(2):
            await home.services.reports.schedules.ask_due()
        async with home.services.db.read() as tx:
            (report,) = await ReportRepository(tx).waiting()
    assert report.wish["begin"] == "2025-03-05T21:00:00+00:00"


async def test_who_could_not_be_reached_is_tried_again_for_a_day_and_nobody_else(
    office: Office,
) -> None:
    both = [office.id_of("sue"), office.id_of("sid")]
    await office.ask("POST", SCHEDULES, {**DAILY, "recipients": both})
    await office.at("2025-03-03T07:00:00+03:00")
    (report,) = await office.reports()
    await office.make(report)
    pauses = []
    for sent in (1, *(0 for _ in PAUSES)):
        office.server.refuse["RCPT"] = ["550 no such mailbox"]
        assert len(await office.mail()) == sent
        (report,) = await office.reports()
        pauses.append(report.mail_at and report.mail_at - office.home.clock.now())
        assert await office.mail() == []
        if report.mail_at is not None:
            await office.mail_now(report)
    assert pauses == [*PAUSES, None]
    assert office.server.tries == 2 + len(PAUSES)


async def test_a_disk_that_is_full_does_not_have_a_link_mailed_again_and_again(
    office: Office,
) -> None:
    await office.ask("POST", SCHEDULES, DAILY)
    await office.at("2025-03-03T07:00:00+03:00")
    (report,) = await office.reports()
    await office.make(report)
    s = office.home.services
    disk = MoodyDatabase(s.db.path, s.db.key)
    office.links = ReportMail(
        s.settings, s.clock, disk, s.access, office.courier, s.reports.reports
    )
    disk.refuses = True
    for _ in range(3):
        with pytest.raises(MhudError):
            await office.mail()
    told = len(office.server.received)
    disk.refuses = False
    after = [await office.mail() for _ in range(2)]
    await disk.close()
    assert (told, after) == (0, [["sue@example.org"], []])


async def test_a_schedule_is_put_to_rest_though_one_of_its_readers_has_left(
    office: Office,
) -> None:
    both = [office.id_of("sue"), office.id_of("sid")]
    _, made = await office.ask("POST", SCHEDULES, {**DAILY, "recipients": both})
    one = f"{SCHEDULES}/{made['id']}"
    await disable(office.home.services.access, "sid")
    status, shown = await office.ask("PUT", one, {"active": False})
    assert (status, shown["active"], shown["next_at"]) == (200, False, None)
    status, shown = await office.ask("PUT", one, {"active": True})
    assert (status, shown["details"][0]["field"]) == (400, "recipients")


async def test_who_may_not_open_it_any_more_gets_no_link(office: Office) -> None:
    both = [office.id_of("sue"), office.id_of("sid")]
    await office.ask("POST", SCHEDULES, {**DAILY, "recipients": both})
    await office.at("2025-03-03T07:00:00+03:00")
    (report,) = await office.reports()
    await disable(office.home.services.access, "sid")
    await office.make(report)
    assert await office.mail() == ["sue@example.org"]


async def test_a_schedule_whose_maker_is_gone_stops_and_says_why(office: Office) -> None:
    _, made = await office.ask("POST", SCHEDULES, DAILY)
    await disable(office.home.services.access, "sue")
    await office.at("2025-03-03T07:00:00+03:00")
    assert await office.reports() == []
    _, shown = await office.ask("GET", f"{SCHEDULES}/{made['id']}", who="alice")
    assert (shown["active"], shown["next_at"], shown["problem"]) == (False, None, "maker-may-not")


async def test_a_schedule_that_is_not_understood_stops_and_holds_up_no_other(
    office: Office,
) -> None:
    _, made = await office.ask("POST", SCHEDULES, DAILY)
    _, good = await office.ask("POST", SCHEDULES, DAILY)
    async with office.home.services.db.write() as tx:
        wish = {**made, "zone": "Atlantis/Capital"}
        await ScheduleRepository(tx).note(made["id"], wish=wish)
    await office.at("2025-03-03T07:00:00+03:00")
    assert [one.schedule_id for one in await office.reports()] == [good["id"]]
    _, shown = await office.ask("GET", f"{SCHEDULES}/{made['id']}")
    assert (shown["active"], shown["problem"]) == (False, "not-understood")


async def test_a_change_at_the_hour_it_is_due_makes_no_report_of_the_old_wish(
    office: Office,
) -> None:
    _, made = await office.ask("POST", SCHEDULES, DAILY)
    await office.home.clock.advance(3600)
    await office.ask("PUT", f"{SCHEDULES}/{made['id']}", {"at": "09:00"})
    await office.at("2025-03-03T07:00:15+03:00")
    assert await office.reports() == []


async def test_without_a_mail_server_a_schedule_has_no_recipients(tmp_path: Path) -> None:
    async with house(tmp_path) as home, TestClient(TestServer(build_app(home.services))) as http:
        person = Person(username="sue", name="Sue", role="admin", email="sue@example.org")
        owner = (await add_person(home.services.access, person)).id
        headers = await home.headers(owner=owner)
        for recipients, expected in ((None, (503, "no-mail")), ([], (201, None))):
            body = {**DAILY, "recipients": recipients}
            async with http.post(SCHEDULES, json=body, headers=headers) as answer:
                reason = (await answer.json()).get("details", {}).get("reason")
                assert (answer.status, reason) == expected


def test_a_mail_without_the_link_is_no_setting() -> None:
    with pytest.raises(ValidationError, match="stands nowhere"):
        ReportSettings(text="It is ready.")
