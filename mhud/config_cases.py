"""Settings of cases."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from mhud.config_types import Section

_PLACES = re.compile(r"\{(year|number)\}")


class CaseSettings(Section):
    number_template: str = Field(
        "CASE-{year}-{number}",
        max_length=40,
        description="A case's number: `{year}` of the helpline's calendar, and `{number}`, which "
        "counts in it, in six digits or more. Cases keep the number that they have.",
    )

    @field_validator("number_template")
    @classmethod
    def _tells_cases_apart(cls, template: str) -> str:
        if sorted(_PLACES.findall(template)) != ["number", "year"]:
            raise ValueError("must hold {year} and {number}, each once")
        rest = _PLACES.sub("", template)
        if not re.fullmatch(r"[A-Za-z0-9/._-]*", rest):
            raise ValueError("besides {year} and {number}: letters, digits, and - _ . / only")
        if "{year}{number}" in template or "{number}{year}" in template:
            raise ValueError("{year} and {number} need something between them")
        return template

    def number(self, year: int, number: int) -> str:
        return self.number_template.format(year=year, number=f"{number:06d}")
