"""The database at rest. docs/encryption.md says how its key is kept, changed and found again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator

from mhud.config_types import Section

_KEY = re.compile(r"[0-9a-fA-F]{64}")


class StoreSettings(Section):
    encryption: Literal["on", "off"] = Field(
        "on", description="Whether a new database is encrypted. One that is there stays as it is."
    )
    key: SecretStr = Field(
        SecretStr(""), description="Its key, 64 hexadecimal digits, where it shall lie in no file."
    )
    key_file: Path | None = Field(
        None,
        description="Where the key lies, if `key` is empty; made with a new database. "
        "Default: `database.key` in `data_dir`.",
    )

    @field_validator("key")
    @classmethod
    def _is_a_key(cls, key: SecretStr) -> SecretStr:
        text = key.get_secret_value().strip()
        if text and not _KEY.fullmatch(text):
            raise ValueError("is not 64 hexadecimal digits; `openssl rand -hex 32` makes a key")
        return SecretStr(text.lower())
