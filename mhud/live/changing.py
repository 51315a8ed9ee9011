"""Copies and comparisons, as often as the state needs them: of values with thirty fields.

For classes without slots, whose fields are one dictionary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from dataclasses import replace as replace  # which mypy checks, field by field
else:
    T = TypeVar("T")

    def replace(value: T, **facts: Any) -> T:
        """As that of dataclasses at a tenth of its cost."""
        changed = object.__new__(type(value))
        object.__setattr__(changed, "__dict__", value.__dict__ | facts)
        return changed


def differ(one: object, other: object) -> bool:
    """As `one != other` of two values of a class, at a third of its cost."""
    return one is not other and vars(one) != vars(other)
