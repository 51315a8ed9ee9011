"""Asterisk's own configuration files, as far as this process may read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DEPTH = 10  # files that include files
_SECTION = re.compile(r"^\[([^\]]+)\]\s*(?:\(([^)]*)\))?")
_INCLUDE = re.compile(r"^#(?:try)?include\s+[\"<]?([^\">]+)[\">]?\s*$")
_COMMENT = re.compile(r"(?<!\\);.*$")
_BLOCK = re.compile(r";--.*?--;", re.DOTALL)

Pairs = list[tuple[str, str]]


@dataclass
class Conf:
    """Sections with what they inherit; `files` are all that were read, `hidden` could not be."""

    sections: dict[str, Pairs] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    hidden: list[Path] = field(default_factory=list)

    def last(self, section: str, key: str) -> str | None:
        found = [value for name, value in self.sections.get(section, []) if name == key]
        return found[-1] if found else None


def read(folder: Path, name: str) -> Conf | None:
    """None: the file is not there, or may not be read. Never raises."""
    conf = Conf()
    current: Pairs | None = None
    for line in _lines(folder, folder / name, conf, DEPTH):
        if found := _SECTION.match(line):
            current = _begin(conf, found[1], found[2] or "")
        elif "=" in line and current is not None:
            key, value = _split(line)
            current.append((key, value))
    return conf if conf.files else None


def _split(line: str) -> tuple[str, str]:
    """At the last `=` of a filter's name, which has some in its parentheses."""
    key, _, value = line.partition("=")
    return key.strip().lower() if "(" not in key else key.strip(), value.lstrip(">").strip()


def _begin(conf: Conf, name: str, options: str) -> Pairs:
    """A section that is there already goes on, whether it says (+) or not."""
    pairs = conf.sections.setdefault(name, [])
    for parent in (word.strip() for word in options.split(",")):
        if parent not in ("", "+", "!"):
            pairs.extend(conf.sections.get(parent, []))
    return pairs


def _lines(folder: Path, path: Path, conf: Conf, depth: int) -> Iterator[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return
    except OSError:
        conf.hidden.append(path)
        return
    conf.files.append(path)
    for raw in _BLOCK.sub("", text).splitlines():
        line = _COMMENT.sub("", raw).strip()
        found = _INCLUDE.match(line)
        if found and depth:
            for included in _matching(folder, found[1].strip()):
                yield from _lines(folder, included, conf, depth - 1)
        elif line:
            yield line


def _matching(folder: Path, pattern: str) -> list[Path]:
    """Relative to Asterisk's folder, whichever file names it."""
    whole = folder / pattern
    if not re.search(r"[*?\[]", pattern):
        return [whole]
    try:
        return sorted(whole.parent.glob(whole.name))
    except (OSError, ValueError):
        return []
