"""docs/settings.md is what the settings are."""

from __future__ import annotations

from pathlib import Path

from mhud.config_reference import markdown

DOCUMENT = Path(__file__).parent.parent / "docs" / "settings.md"


def test_the_reference_lists_the_settings_as_they_are() -> None:
    assert DOCUMENT.read_text() == markdown(), "run: python -m mhud.config_reference"
