"""What the OpenCHS document prints: requests and answers. Nothing is retyped here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).parent / "documents" / "openchs-api.md"
_ENDPOINT = re.compile(r"^Endpoint: (.+)$", re.MULTILINE)
_JSON = re.compile(r"^(Request|Response):\s+json\s+", re.MULTILINE)
_COMMENT = re.compile(r"\s+// .*$", re.MULTILINE)
_PARAMETER = re.compile(r"^  • (\w+) - ", re.MULTILINE)
_ERROR = re.compile(r"^  • ([A-Z_]+) \((\d+)\) - ", re.MULTILINE)
_FORM = re.compile(r'^(\w+): (?:"(.+)"|<.+>)$', re.MULTILINE)
_EXAMPLE = re.compile(r"^Example Request:\s+bash\s+(curl .+?)\n\n", re.MULTILINE | re.DOTALL)
_FLOW = "Complete Case Creation Flow\n\nbash\n"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`methods` of one path; PUT or POST is printed of one of them. None: no JSON is printed.

    `parameters` of the query, `form` parts with their text (None: a file).
    """

    methods: tuple[str, ...]
    path: str
    request: Any
    response: Any
    parameters: tuple[str, ...]
    form: dict[str, str | None]

    def __str__(self) -> str:
        return f"{self.methods[0]} {self.path}"


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """As printed, in their order."""
    parts = _ENDPOINT.split(DOCUMENT.read_text(encoding="utf-8"))[1:]
    return tuple(_endpoint(head, text) for head, text in zip(parts[::2], parts[1::2], strict=True))


def _endpoint(head: str, text: str) -> Endpoint:
    named = [one.split() for one in head.split(" or ")]
    found = {kind: _parsed(rest) for kind, rest in _blocks(text)}
    return Endpoint(
        methods=tuple(method for method, _ in named),
        path=named[0][1],
        request=found.get("Request"),
        response=found.get("Response"),
        parameters=tuple(_PARAMETER.findall(text)),
        form={name: value or None for name, value in _FORM.findall(text)},
    )


def _blocks(text: str) -> list[tuple[str, str]]:
    return [(found[1], text[found.end() :]) for found in _JSON.finditer(text)]


def _parsed(text: str) -> Any:
    return json.JSONDecoder().raw_decode(_COMMENT.sub("", text))[0]


def endpoint(method: str, path: str) -> Endpoint:
    """`path` as printed, with {id}."""
    return next(one for one in endpoints() if method in one.methods and one.path == path)


def example_requests() -> tuple[str, ...]:
    """Commands for a shell, each under its endpoint."""
    return tuple(_EXAMPLE.findall(DOCUMENT.read_text(encoding="utf-8")))


def flow() -> tuple[str, ...]:
    """The commands that close the document, one by one, without a change."""
    text = DOCUMENT.read_text(encoding="utf-8").partition(_FLOW)[2]
    return tuple(part[part.index("curl ") :] for part in text.strip().split("\n\n"))


def error() -> Any:
    """The shape of every error."""
    text = DOCUMENT.read_text(encoding="utf-8").partition("All error responses")[2]
    return _parsed(text[text.index("{") :])


def error_codes() -> dict[str, int]:
    """With their statuses."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return {name: int(status) for name, status in _ERROR.findall(text)}
