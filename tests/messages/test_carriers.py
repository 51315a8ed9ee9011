"""Who carries what: as the settings say, and in a demo nobody but the outbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mhud.config import IsolatedSettings, Settings
from mhud.messages.carriers import carriers
from mhud.messages.gateway import Gateway
from mhud.messages.outbox import Outbox
from mhud.messages.smtp import Smtp
from tests.fake_clock import FakeClock

MAIL = {"host": "mail.test", "sender": "a@example.org"}
SMS = {"url": "https://sms.test/{number}/{text}"}


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({}, {}),
        ({"mail": MAIL}, {"email": Smtp}),
        ({"sms": SMS}, {"phone": Gateway}),
        ({"mail": MAIL, "sms": SMS}, {"email": Smtp, "phone": Gateway}),
    ],
)
def test_each_kind_has_a_carrier_where_it_is_configured(
    told: dict[str, Any], found: dict[str, type]
) -> None:
    made = carriers(Settings.model_validate(told), FakeClock())

    assert {kind: type(carrier) for kind, carrier in made.items()} == found


def test_in_a_demo_nothing_leaves_the_machine(tmp_path: Path) -> None:
    settings = IsolatedSettings.model_validate({"mail": MAIL, "sms": SMS, "outbox": tmp_path})
    made = carriers(settings, FakeClock())

    assert {kind: type(carrier) for kind, carrier in made.items()} == {
        "email": Outbox,
        "phone": Outbox,
    }
