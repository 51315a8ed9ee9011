"""Rights on the wire. What may be given is the services' to check; the document lists the words."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mhud.services.rights import ALL, RIGHTS
from mhud.services.roles import FOR_HIMSELF

Right = Annotated[str, Field(json_schema_extra={"enum": [*RIGHTS]})]
HeldRight = Annotated[str, Field(json_schema_extra={"enum": [*RIGHTS, *FOR_HIMSELF]})]
"""`:own` is for oneself only."""
RoleRight = Annotated[str, Field(json_schema_extra={"enum": [*RIGHTS, *FOR_HIMSELF, ALL]})]
"""As a role is given it; `all` holds of later releases too."""
KeyRight = Annotated[str, Field(json_schema_extra={"enum": [*RIGHTS, ALL]})]
"""As a key is given it."""
