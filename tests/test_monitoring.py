"""Alert rules and dashboard speak of what a scrape shows, operations.md of each alert."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from mhud.certificate import Certificate
from tests.call_centre import call_centre
from tests.certificates import Authority

DOCS = Path(__file__).parent.parent / "docs"
RULES = [
    rule
    for group in yaml.safe_load((DOCS / "monitoring" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = json.loads((DOCS / "monitoring" / "dashboard.json").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
METRIC = re.compile(r"\b(?:mhud|process)_[a-z0-9_]+\b")
LABEL = re.compile(r"([a-z]+)=~?\"([^\"]*)\"")
FROM_PROMETHEUS = {"job", "instance"}
USUAL = {"MhudDown": {"up"}}  # no metric of ours: Prometheus' own


async def scraped(folder: Path) -> dict[str, set[str]]:
    """Every series that a daemon with TLS and a busy day shows → its labels."""
    authority = Authority(folder)
    authority.issue()
    async with call_centre(folder) as centre:
        vitals, clock = centre.services.vitals, centre.clock
        vitals.certificate = Certificate(authority.certificate, authority.key)
        vitals.settings_read_at = clock.now()
        vitals.free_bytes = vitals.database_bytes = 1
        centre.pbx.agent_logs_in("agent001", "support")
        await centre.agent_is("available")
        centre.pbx.call_in("+254700123456", queue="support")
        await centre.agent_is("ringing")
        centre.pbx.agent_answers("agent001")
        await centre.agent_is("on-call")
        await centre.get("/agents/status")
        text = await (await centre.http.get("/metrics")).text()
    return {
        sample.name: set(sample.labels)
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def expressions() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for panel in PANELS:
        for target in panel["targets"]:
            yield panel["title"], target["expr"]
    for variable in DASHBOARD["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], variable["query"]["query"]


async def test_what_is_alarmed_on_and_drawn_is_there(tmp_path: Path) -> None:
    shown = await scraped(tmp_path)
    for where, expression in expressions():
        metrics = METRIC.findall(expression)
        assert metrics or where in USUAL, where
        for metric in metrics:
            assert metric in shown, f"{where}: {metric}"
        labels = {name for name, _ in LABEL.findall(expression)} - FROM_PROMETHEUS
        assert labels <= set().union(*(shown[metric] for metric in metrics)), where


async def test_each_metric_of_ours_is_on_the_dashboard_or_in_an_alert(tmp_path: Path) -> None:
    used = {metric for _, expression in expressions() for metric in METRIC.findall(expression)}
    ours = {name for name in await scraped(tmp_path) if name.startswith("mhud_")}
    spare = {"mhud_queues", "mhud_pbx_since_timestamp_seconds"}
    reload = "mhud_config_last_reload_success_timestamp_seconds"
    histogram = {"mhud_http_seconds_count", "mhud_http_seconds_sum"}
    assert ours - used == spare | histogram | {reload}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_says_what_it_means_for_callers_and_where_help_stands(
    rule: dict[str, Any],
) -> None:
    notes = rule["annotations"]
    assert rule["labels"]["severity"] in ("critical", "warning")
    assert notes["summary"].endswith(".")
    assert notes["callers"].endswith(".")
    assert notes["runbook"] == f"docs/operations.md#{rule['alert'].lower()}"


def test_each_alert_has_its_section_in_the_runbook_and_no_other_is_there() -> None:
    text = (DOCS / "operations.md").read_text()
    headings = re.findall(r"^#+ (Mhud\w+)$", text, re.MULTILINE)
    assert sorted(headings) == sorted(rule["alert"] for rule in RULES)


def test_the_dashboard_can_be_imported_and_asks_which_prometheus() -> None:
    variables = {one["name"]: one for one in DASHBOARD["templating"]["list"]}
    assert variables["datasource"]["type"] == "datasource"
    assert DASHBOARD["schemaVersion"] == 39
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    for panel in PANELS:
        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
        assert panel["title"]


def test_panels_of_the_dashboard_do_not_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {
            (at["x"] + column, at["y"] + row) for column in range(at["w"]) for row in range(at["h"])
        }
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


async def test_each_metric_of_ours_is_documented_and_no_other(tmp_path: Path) -> None:
    told = set(re.findall(r"`(mhud_[a-z_]+)", (DOCS / "monitoring.md").read_text()))
    shown = {name for name in await scraped(tmp_path) if name.startswith("mhud_")}
    assert told == {re.sub(r"(_bucket|_sum|_count)$", "", name) for name in shown}
