"""`/api/v1/reports` and the download beside it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestClient
from yarl import URL

from mhud.services.metrics import METRICS
from mhud.services.trail import Sought
from mhud.store.reports import ReportRepository
from mhud.web.app import reconfigure
from tests.call_centre import CallCentre
from tests.houses import House
from tests.report_things import TEXT, asked, finished

Api = TestClient[Any, Any]
REPORTS, CALLS = "/api/v1/reports", "/api/v1/reports/calls"
PRINTED = {
    "start_date": "2023-03-01T00:00:00Z",
    "end_date": "2023-03-07T23:59:59Z",
    "queues": ["support", "crisis"],
    "metrics": ["total_calls", "average_handle_time", "abandonment_rate"],
    "group_by": "day",
    "format": "json",
}
ALL = {name: value for name, value in PRINTED.items() if name != "queues"}


async def maker(home: House) -> int:
    """The id of who asked for it."""
    known = home.services.access.known.names
    return known["ada"].id if "ada" in known else await home.person("ada", "admin")


async def deeds(home: House, action: str) -> list[str]:
    page = await home.services.trail.page(Sought(action=action), 50, None)
    return [one.subject_id for one in page.deeds]


async def listed(api: Api, headers: dict[str, str], query: str = "") -> Any:
    async with api.get(REPORTS + query, headers=headers) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_one_report_is_answered_as_the_list_has_it(centre: CallCentre) -> None:
    api, home = centre.http, centre.house
    headers = await home.headers()
    async with api.post(CALLS, json=PRINTED, headers=headers) as answer:
        made = (await answer.json())["report_id"]
    async with api.get(f"{REPORTS}/{made}", headers=headers) as answer:
        assert answer.status == 200
        one = await answer.json()
    assert (one["report_id"], one["group_by"]) == (made, "day")
    assert one["queues"] == ["support", "crisis"]
    line = (await listed(api, headers))["reports"][0]
    assert list(one) == list(line)
    async with api.get(f"{REPORTS}/report-0000000000000000", headers=headers) as answer:
        assert answer.status == 404


async def test_the_printed_request_is_answered_as_printed(centre: CallCentre) -> None:
    api, home = centre.http, centre.house
    headers = await home.headers()
    async with api.post(CALLS, json=PRINTED, headers=headers) as answer:
        made = await answer.json()
        assert answer.status == 202
    assert list(made) == ["report_id", "status", "estimated_completion"]
    assert made["status"] == "generating"
    assert made["estimated_completion"] > "2025-03-03T09:00:00Z"
    async with api.get(f"{REPORTS}/{made['report_id']}/status", headers=headers) as answer:
        status = await answer.json()
    assert (status["status"], status["download_url"], status["progress"]) == ("generating", None, 0)
    (one,) = (await listed(api, headers))["reports"]
    assert (one["start_date"], one["end_date"]) == ("2023-03-01T00:00:00Z", "2023-03-08T00:00:00Z")
    assert (one["queues"], one["agents"], one["group_by"]) == (["support", "crisis"], None, "day")
    assert await deeds(home, "report.create") == [made["report_id"]]


async def test_what_is_left_out_is_everything_in_one_row(api: Api, home: House) -> None:
    headers = await home.headers()
    body = {"start_date": "2025-03-01", "end_date": "2025-03-02", "time_zone": "Asia/Kathmandu"}
    async with api.post(CALLS, json=body, headers=headers) as answer:
        assert answer.status == 202
    (one,) = (await listed(api, headers))["reports"]
    assert (one["metrics"], one["group_by"], one["format"]) == (list(METRICS), "none", "json")
    assert (one["start_date"], one["end_date"]) == ("2025-02-28T18:15:00Z", "2025-03-02T18:15:00Z")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"metrics": ["total_calls", "sadness"]}, "metrics.1"),
        ({"metrics": []}, "metrics"),
        ({"metrics": ["total_calls", "total_calls"]}, "metrics"),
        ({"end_date": "2023-02-28"}, "end_date"),
        ({"end_date": "2023-03-01T00:00:00Z"}, "end_date"),
        ({"start_date": "2013-03-01", "end_date": "2023-03-03"}, "end_date"),
        ({"start_date": "yesterday"}, "start_date"),
        ({"group_by": "caller"}, "group_by"),
        ({"format": "pdf"}, "format"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"time_zone": "Africa"}, "time_zone"),
        ({"queues": ["suport"]}, "queues"),
        ({"agents": ["agent999"]}, "agents"),
        ({"metric": ["total_calls"]}, "metric"),
    ],
)
async def test_a_wrong_wish_is_refused_by_the_name_of_its_field_and_not_repeated(
    api: Api, home: House, wrong: dict[str, Any], field: str
) -> None:
    headers = await home.headers()
    async with api.post(CALLS, json={**ALL, **wrong}, headers=headers) as answer:
        shape = await answer.json()
    assert (answer.status, shape["details"][0]["field"]) == (400, field)
    for sent in ("sadness", "suport", "agent999", "Mars", "passwd"):
        assert sent not in str(shape)


async def test_ten_years_are_not_too_long(api: Api, home: House) -> None:
    body = {**ALL, "start_date": "2013-03-01", "end_date": "2023-02-28"}
    async with api.post(CALLS, json=body, headers=await home.headers()) as answer:
        assert answer.status == 202


async def test_an_end_at_a_last_second_includes_it_and_another_does_not(
    api: Api, home: House
) -> None:
    headers = await home.headers()
    for end in ("2023-03-07T23:59:59Z", "2023-03-08T00:00:00Z", "2023-03-07"):
        async with api.post(CALLS, json={**ALL, "end_date": end}, headers=headers) as answer:
            assert answer.status == 202
    ends = {one["end_date"] for one in (await listed(api, headers))["reports"]}
    assert ends == {"2023-03-08T00:00:00Z"}


async def test_a_finished_report_is_downloaded_by_its_link(api: Api, home: House) -> None:
    headers = await home.headers()
    report, _ = await finished(home.services, await maker(home))
    async with api.get(f"{REPORTS}/{report.id}/status", headers=headers) as answer:
        status = await answer.json()
    assert (status["status"], status["progress"]) == ("completed", 100)
    assert (status["rows"], status["size"]) == (1, len(TEXT))
    assert status["expires_at"] == "2025-03-10T09:00:00Z"
    url = status["download_url"]
    assert url.startswith(f"{api.make_url('/reports/download/')}{report.id}.csv?signature=")
    async with api.get(URL(url).path_qs, headers=headers) as answer:
        assert (answer.status, await answer.read()) == (200, TEXT)
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        disposition = answer.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="{report.id}.csv"'
    assert await deeds(home, "report.download") == [report.id]


async def test_the_link_begins_with_the_public_address_that_was_configured(
    api: Api, home: House
) -> None:
    changed = home.services.settings.http.model_copy(update={"public_url": "https://help.test/"})
    assert api.app is not None
    reconfigure(api.app, home.services.settings.model_copy(update={"http": changed}))
    report, link = await finished(home.services, await maker(home))
    headers = await home.headers()
    async with api.get(f"{REPORTS}/{report.id}/status", headers=headers) as answer:
        assert (await answer.json())["download_url"] == f"https://help.test{link}"


async def test_a_download_needs_rights_and_the_whole_link(api: Api, home: House) -> None:
    _, link = await finished(home.services, await maker(home))
    _, other = await finished(home.services, await maker(home))
    path, _, signature = link.partition("?")
    may = await home.headers("view_reports", "export_data")
    wrong = [
        (link, {}, 401),
        (link, await home.headers("view_reports"), 403),
        (link, await home.headers("export_data"), 403),
        (path, may, 403),
        (link[:-1], may, 403),
        (f"{path}?{other.partition('?')[2]}", may, 403),
        (f"{path}?signature=%F0%9F%98%80", may, 403),
        (link.replace(".csv", ".json"), may, 404),
        (link.replace("report-", "report-0"), may, 404),
        (f"/reports/download/..%2Fmhud.sqlite3?{signature}", may, 404),
    ]
    for url, headers, status in wrong:
        async with api.get(url, headers=headers) as answer:
            assert answer.status == status, url
    assert await deeds(home, "report.download") == []
    async with api.get(link, headers=may) as answer:
        assert answer.status == 200


async def test_what_was_kept_long_enough_is_gone_with_its_file(api: Api, home: House) -> None:
    user_id, headers = await maker(home), await home.headers()
    fresh, _ = await finished(home.services, user_id, timedelta(days=6))
    report, link = await finished(home.services, user_id, timedelta(days=7))
    folder = home.services.settings.data_dir / "reports"
    assert len(list(folder.iterdir())) == 2
    async with api.get(link, headers=headers) as answer:
        assert answer.status == 410
    await home.services.reports.reports.tidy()
    assert [one.name for one in folder.iterdir()] == [fresh.filename]
    async with api.get(f"{REPORTS}/{report.id}/status", headers=headers) as answer:
        status = await answer.json()
    assert (status["status"], status["download_url"]) == ("expired", None)
    async with api.get(link, headers=headers) as answer:
        assert answer.status == 410


async def test_a_report_is_listed_for_a_month_after_its_file_is_gone(api: Api, home: House) -> None:
    user_id, headers = await maker(home), await home.headers()
    recent, _ = await finished(home.services, user_id, timedelta(days=36))
    await finished(home.services, user_id, timedelta(days=38))
    await home.services.reports.reports.tidy()
    found = await listed(api, headers)
    assert [one["report_id"] for one in found["reports"]] == [recent.id]


async def test_a_deleted_report_leaves_no_file(api: Api, home: House) -> None:
    report, link = await finished(home.services, await maker(home))
    headers = await home.headers()
    async with api.delete(f"{REPORTS}/{report.id}", headers=headers) as answer:
        assert await answer.json() == {"success": True, "report_id": report.id}
    assert list((home.services.settings.data_dir / "reports").iterdir()) == []
    for path in (link, f"{REPORTS}/{report.id}/status"):
        async with api.get(path, headers=headers) as answer:
            assert answer.status == 404
    assert await deeds(home, "report.delete") == [report.id]


async def test_a_file_that_was_damaged_is_said_to_be(api: Api, home: House) -> None:
    _, link = await finished(home.services, await maker(home))
    (file,) = (home.services.settings.data_dir / "reports").iterdir()
    file.write_bytes(file.read_bytes()[:-3])
    async with api.get(link, headers=await home.headers()) as answer:
        assert answer.status == 503


async def test_somebody_who_asks_too_often_has_to_wait(api: Api, home: House) -> None:
    headers = await home.headers(owner=await home.person("alice", "admin"))
    for _ in range(home.services.settings.reports.waiting_each):
        async with api.post(CALLS, json=ALL, headers=headers) as answer:
            assert answer.status == 202
    async with api.post(CALLS, json=ALL, headers=headers) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
    async with api.post(CALLS, json=ALL, headers=await home.headers()) as answer:
        assert answer.status == 202


async def test_the_list_goes_on_where_it_ended(api: Api, home: House) -> None:
    headers, user_id = await home.headers(), await maker(home)
    made = []
    for _ in range(5):
        await home.clock.advance(1)
        made.append((await asked(home.services, user_id)).id)
    found, cursor = [], ""
    for _ in range(3):
        page = await listed(api, headers, f"?limit=2{cursor}")
        found += [one["report_id"] for one in page["reports"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert found == made[::-1]
    assert page["next_cursor"] is None
    async with api.get(f"{REPORTS}?cursor=nonsense", headers=headers) as answer:
        assert answer.status == 400


async def test_a_retry_with_its_key_asks_once(api: Api, home: House) -> None:
    headers = {**await home.headers(), "Idempotency-Key": "monthly-2025-02"}
    ids = set()
    for _ in range(2):
        async with api.post(CALLS, json=ALL, headers=headers) as answer:
            ids.add((await answer.json())["report_id"])
    async with home.services.db.read() as tx:
        assert {one.id for one in await ReportRepository(tx).waiting()} == ids
    assert len(ids) == 1
