"""docs/settings.md, made of the settings themselves: `python -m mhud.config_reference`."""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from mhud.config import Settings
from mhud.live.model import SlaFormula
from mhud.reload import is_live

HEAD = """# Settings

Made by `python -m mhud.config_reference`; a test compares.

A setting `http.port` is `port = 8080` under `[http]` in the TOML file, and `MHUD_HTTP__PORT` in
the environment, which wins. Systemd credentials named `ami_secret`, `mail_password` and `store_key`
set `ami.secret`, `mail.password` and `store.key`.
Unknown settings are errors. `mhud config show` prints those in force, `mhud config check` says
what is wrong, and names variables `MHUD_…` of the environment that are no setting.

A change needs a restart, but for settings marked *reload*: these are taken when the daemon gets
SIGHUP (`systemctl reload mhud`). It logs which ones changed and which wait for a restart; a file
that is wrong changes nothing. The content of the TLS files is taken within a minute of its change.

| Setting | Type | Default | Change | Meaning |
|---|---|---|---|---|
"""


def markdown() -> str:
    return HEAD + "".join(_rows(Settings, ""))


def _rows(model: type[BaseModel], prefix: str) -> Iterator[str]:
    for name, field in model.model_fields.items():
        section = _section(field.annotation)
        if section is not None:
            yield from _rows(section[1], f"{prefix}{name}.{section[0]}")
        else:
            text = (field.description or "").replace("|", "\\|")
            cells = _type(field.annotation), _default(field), _change(prefix + name), text
            yield f"| `{prefix}{name}` | {' | '.join(cells)} |\n"


def _change(name: str) -> str:
    return "reload" if is_live(name) else "restart"


def _section(annotation: Any) -> tuple[str, type[BaseModel]] | None:
    """A section of its own, or a table of sections by name."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "", annotation
    inner = typing.get_args(annotation)
    if typing.get_origin(annotation) is dict and _section(inner[1]):
        return "<id>.", inner[1]
    return None


def _type(annotation: Any) -> str:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type(inner[0])
    if origin is typing.Literal:
        return " or ".join(f"`{value}`" for value in inner)
    if origin in (typing.Union, types.UnionType):
        return ", or ".join(_type(part) for part in inner if part is not type(None))
    if origin is tuple:
        return f"list of {_type(inner[0])}"
    if origin is dict:
        return f"table of {_type(inner[1])}"
    names: dict[Any, str] = {
        SecretStr: "secret",
        ZoneInfo: "IANA time zone",
        SlaFormula: "text",
        str: "text",
        int: "whole number",
        float: "number",
        bool: "true or false",
        Path: "path",
    }
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value in (None, PydanticUndefined, "", (), {}) or isinstance(value, SecretStr):
        return ""
    if isinstance(value, dict):
        return ", ".join(f"`{key}` {'none' if v is None else v}" for key, v in value.items())
    if isinstance(value, tuple):
        return ", ".join(f"`{part}`".replace("|", "\\|") for part in value)
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{value}`".replace("\n", "\\n")  # a row of the table is one line


if __name__ == "__main__":
    sys.stdout.write(markdown())
