"""What the MHU document prints: requests, answers, samples, lists. Nothing is retyped here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parent / "documents" / "mhu-api.md"
_FENCE = "```"
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

# Objects whose keys are data, not field names.
MAPS = frozenset({"variables", "skills", "operating_hours"})


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block under its headings, the widest first, without the document's own."""

    headings: tuple[str, ...]
    language: str
    text: str

    @property
    def section(self) -> str:
        """As Call Management."""
        return self.headings[1] if self.headings[0] == "API Endpoints" else self.headings[0]

    @property
    def json(self) -> Any:
        """Without the comments that stand for more of the same."""
        lines = self.text.splitlines()
        return json.loads("\n".join(line for line in lines if not line.lstrip().startswith("//")))


@dataclass(frozen=True, slots=True)
class Request:
    """As printed, placeholders included. `answer` is the block after it, if it is JSON."""

    section: str
    method: str
    path: str
    headers: dict[str, str]
    body: Any
    answer: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def text() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


@cache
def blocks() -> tuple[Block, ...]:
    return tuple(_blocks(iter(text().splitlines())))


def _blocks(lines: Iterator[str]) -> Iterator[Block]:
    headings: list[str] = []
    for line in lines:
        if line.startswith(_FENCE):
            inside = iter(lines.__next__, _FENCE)
            yield Block(tuple(headings), line.removeprefix(_FENCE), "\n".join(inside))
        elif title := re.fullmatch(r"(##+) (.+)", line):
            headings[len(title[1]) - 2 :] = [title[2]]


def code(language: str, *headings: str) -> str:
    """The only block of that language under these last headings."""
    (found,) = (
        block.text
        for block in blocks()
        if block.language == language and block.headings[-len(headings) :] == headings
    )
    return found


def example(*headings: str) -> Any:
    """The only JSON block there."""
    (found,) = (
        block.json
        for block in blocks()
        if block.language == "json" and block.headings[-len(headings) :] == headings
    )
    return found


@cache
def requests() -> tuple[Request, ...]:
    """All of them, in the printed order."""
    following = (*blocks()[1:], None)
    return tuple(
        _request(block, after)
        for block, after in zip(blocks(), following, strict=True)
        if block.language == "http"
    )


def _request(block: Block, after: Block | None) -> Request:
    head, _, body = block.text.partition("\n\n")
    first, *headers = head.splitlines()
    method, path = first.split()[:2]
    answered = after and after.language == "json" and after.headings == block.headings
    return Request(
        section=block.section,
        method=method,
        path=path,
        headers=dict(line.split(": ", 1) for line in headers),
        body=json.loads(body) if body else None,
        answer=after.json if after and answered else None,
    )


def first_message(api_key: str = "your_api_key_here") -> dict[str, Any]:
    """What the snippet of the WebSocket API sends when the socket opens."""
    snippet = code("javascript", "Connecting to the WebSocket")
    (argument,) = re.findall(r"JSON\.stringify\((\{.*?\})\)", snippet, re.DOTALL)
    quoted = re.sub(r"(\w+):", r'"\1":', re.sub(r",(\s*\})", r"\1", argument))
    message: dict[str, Any] = json.loads(quoted.replace("your_api_key_here", api_key))
    return message


def listed(heading: str) -> tuple[str, ...]:
    """The names in code style that begin the items of the lists under that heading."""
    level = re.search(rf"^(#+) {re.escape(heading)}$", text(), re.MULTILINE)
    assert level is not None
    under = text()[level.end() :]
    end = re.search(rf"^#{{2,{len(level[1])}}} ", under, re.MULTILINE)
    return tuple(re.findall(r"^- `(.+?)`", under[: end.start() if end else None], re.MULTILINE))


# ---- comparing


def differences(
    printed: Any, found: Any, nullable: frozenset[str] | None = frozenset(), at: str = "answer"
) -> list[str]:
    """Where `found` lacks a printed field or has another JSON type; more fields are fine.

    `nullable` names the fields that may be null or empty because their value does not exist;
    None: all of them, as it is for all elements of a list but the best.
    """
    name = at.rpartition(".")[2].removesuffix("[]")
    empty = found is None or (printed and found in ({}, []))
    if printed is None or (empty and (nullable is None or name in nullable)):
        return []
    if _kind(printed) != _kind(found) or (empty and found is not None):
        return [f"{at} is {found!r}, printed as {printed!r}"]
    if isinstance(printed, dict):
        return _fields(printed, found, nullable, at, name in MAPS)
    if isinstance(printed, list):
        return _elements(printed[0], found, nullable, f"{at}[]")
    return []


def _elements(
    printed: Any, found: list[Any], nullable: frozenset[str] | None, at: str
) -> list[str]:
    lines = [line for one in found for line in differences(printed, one, None, at)]
    return lines + min((differences(printed, one, nullable, at) for one in found), key=len)


def _fields(
    printed: dict[str, Any],
    found: dict[str, Any],
    nullable: frozenset[str] | None,
    at: str,
    is_map: bool,
) -> list[str]:
    if is_map:
        value = next(iter(printed.values()))
        printed = dict.fromkeys(found, value)
    lines = [f"{at} lacks {name}" for name in printed if name not in found]
    for name in printed.keys() & found.keys():
        lines += differences(printed[name], found[name], nullable, f"{at}.{name}")
    return lines


def _kind(value: Any) -> str:
    """An instant is told from other text, whole seconds from other numbers."""
    if isinstance(value, str):
        return "instant" if _INSTANT.fullmatch(value) else "text"
    return type(value).__name__
