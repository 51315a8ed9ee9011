"""Documents that people follow: links lead somewhere, commands and settings exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import pytest

from mhud.cli import parser
from mhud.config_reference import markdown

ROOT = Path(__file__).parents[1]
ALERTS = ROOT / "docs/monitoring/alerts.yml"
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
CALL = re.compile(r"(?:^ *|bin/|exec mhud )mhud ([a-z].*)")


def pages() -> list[Path]:
    """Of this repository; the API documents in tests/ are not ours."""
    folders = (ROOT, ROOT / "docs", ROOT / "docs/adr", ROOT / "asterisk-conf", ROOT / "mhud")
    return sorted(page for folder in folders for page in folder.glob("*.md"))


def ids(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """Without code."""
    text = FENCE.sub("", page.read_text())
    return re.sub(r"`[^`\n]*`|^    .*$", "", text, flags=re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text()), re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {word.strip().replace(" ", "-") for word in words}


@pytest.mark.parametrize("page", pages(), ids=ids)
def test_links_lead_somewhere(page: Path) -> None:
    lost = []
    for link in LINK.findall(prose(page)):
        where, _, anchor = link.partition("#")
        if ":" in where:
            continue  # of the world outside
        target = (page.parent / where).resolve() if where else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            lost.append(link)
    assert lost == []


def commands(page: Path) -> Iterator[list[str]]:
    """Lines of code that call mhud, as the arguments of each."""
    for block in FENCE.findall(page.read_text()):
        for line in block.splitlines():
            if found := CALL.search(re.split(" [#>]", line)[0]):
                yield shlex.split(found[1])


def mentions(page: Path) -> Iterator[list[str]]:
    """Commands within a sentence, perhaps without their arguments."""
    for span in re.findall(r"`([^`\n]*)`", FENCE.sub("", page.read_text())):
        found = CALL.search(span)
        if found and not set(found[1]) & set("[|…"):
            yield shlex.split(found[1])


def complaint(arguments: list[str]) -> str:
    """Of the command line itself; nothing is run."""
    said = StringIO()
    with redirect_stderr(said):
        try:
            parser().parse_args(arguments)
        except SystemExit:
            return said.getvalue()
    return ""


GUIDES = (
    *("README.md", "docs/getting-started.md", "docs/connect-asterisk.md", "docs/operations.md"),
    "docs/integrators.md",
)


@pytest.mark.parametrize("name", GUIDES)
def test_its_commands_are_commands_of_mhud(name: str) -> None:
    found = list(commands(ROOT / name))
    wrong = {" ".join(each): why for each in found if (why := complaint(each))}
    assert wrong == {}


@pytest.mark.parametrize("page", pages(), ids=ids)
def test_commands_that_it_mentions_are_commands_of_mhud(page: Path) -> None:
    said = {" ".join(each): complaint(each) for each in mentions(page)}
    wrong = {what: why for what, why in said.items() if why and "are required" not in why}
    assert wrong == {}


def test_commands_are_found_and_a_wrong_one_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```\nrunuser -u mhud -- /opt/mhud/bin/mhud agent sell agent001\n```\n")
    assert [complaint(each) != "" for each in commands(page)] == [True]


@pytest.mark.parametrize("page", pages(), ids=ids)
def test_its_settings_are_settings_of_mhud(page: Path) -> None:
    named = set(re.findall(r"\bMHUD_[A-Z]+__[A-Z_]*[A-Z]\b", page.read_text()))
    known = re.findall(r"^\| `([a-z_.]+)` \|", markdown(), re.MULTILINE)
    spelled = {f"MHUD_{setting.upper().replace('.', '__')}" for setting in known}
    assert named - spelled == set()


def test_each_alarm_has_a_section_that_says_what_to_do() -> None:
    alerts = set(re.findall(r"^ +- alert: (\w+)$", ALERTS.read_text(), re.MULTILINE))
    text = (ROOT / "docs/operations.md").read_text()
    assert set(re.findall(r"^### (\w+)$", text, re.MULTILINE)) == alerts
