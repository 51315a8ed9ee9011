"""What is sent and answered where a call is transferred, held, or sent digits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from mhud.live.model import CallStatus, Consultation
from mhud.web.mhu.models import Ident
from mhud.web.route import Wire


class TargetBody(Wire):
    """Exactly one of them."""

    queue: Ident | None = None
    agent: Ident | None = None
    number: Annotated[str, Field(min_length=1, max_length=64)] | None = Field(None, repr=False)

    @model_validator(mode="after")
    def _exactly_one(self) -> TargetBody:
        if sum(one is not None for one in (self.queue, self.agent, self.number)) != 1:
            raise ValueError("names exactly one of queue, agent and number")
        return self


class TransferBody(Wire):
    """blind: sent on at once. attended: the agent asks first, then completes or cancels."""

    type: Literal["blind", "attended"]
    target: TargetBody


class KeypadBody(Wire):
    digits: str = Field(pattern=r"^[0-9A-D*#]{1,32}$", repr=False)


class CallSteered(BaseModel):
    """The call after the command. `consultation`: calling or talking, while the agent asks."""

    success: Literal[True] = True
    call_id: str
    status: CallStatus
    consultation: Consultation | None
    transfers: int
