"""What is wrong with the settings, in words for the administrator."""

from __future__ import annotations

from pydantic import ValidationError


def in_words(error: Exception) -> str:
    """Names and reasons; never the values, which may be secrets."""
    if not isinstance(error, ValidationError):
        return str(error)
    return "; ".join(
        f"{'.'.join(map(str, one['loc'])) or 'settings'}: {one['msg']}"
        for one in error.errors(include_input=False, include_url=False, include_context=False)
    )
