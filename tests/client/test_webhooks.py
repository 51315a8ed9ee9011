"""Is a delivery whose it says it is? Compared with what others make of the same bytes."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from mhud.client import BadSignature, verify_mhu_signature, verify_webhook
from mhud.feeds.webhook_signing import signed as mhud_signs

SECRET = "whsec_" + base64.b64encode(bytes(range(32))).decode()
NOW = datetime(2025, 3, 7, 11, 45, 31, tzinfo=UTC)
BODY = orjson.dumps(
    {
        "event_type": "call.ended",
        "timestamp": "2025-03-07T11:45:30Z",
        "webhook_id": "webhook789",
        "data": {"call_id": "call123456", "duration": 450},
    }
)


def signed(body: bytes = BODY, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    """Headers as the Standard Webhooks library makes them."""
    return {
        "Webhook-Id": "msg1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(secret).sign("msg1", at, body.decode()),
    }


def test_what_the_standard_library_signs_is_taken_and_read() -> None:
    delivery = verify_webhook(BODY, signed(), SECRET, now=NOW)
    assert (delivery.id, delivery.webhook_id) == ("msg1", "webhook789")
    assert (delivery.event_type, delivery.data["call_id"]) == ("call.ended", "call123456")
    assert delivery.timestamp == NOW - timedelta(seconds=1)
    assert "call123456" not in repr(delivery)


def test_while_a_secret_rotates_either_one_will_do() -> None:
    other = "whsec_" + base64.b64encode(b"another secret of 32 bytes......").decode()
    headers = signed()
    headers["Webhook-Signature"] += " " + signed(secret=other)["Webhook-Signature"]
    for secret in (SECRET, other, [other, SECRET]):
        assert verify_webhook(BODY, headers, secret, now=NOW).id == "msg1"
    with pytest.raises(BadSignature):
        verify_webhook(BODY, headers, "whsec_" + base64.b64encode(b"a third").decode(), now=NOW)


def test_a_secret_that_somebody_chose_is_its_own_bytes() -> None:
    chosen = "sixteen characters and more"
    as_the_library_wants_it = base64.b64encode(chosen.encode()).decode()
    headers = signed(secret=as_the_library_wants_it)
    assert verify_webhook(BODY, headers, chosen, now=NOW).event_type == "call.ended"


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24])
def test_an_old_delivery_is_not_taken_again(minutes: int) -> None:
    with pytest.raises(BadSignature):
        verify_webhook(BODY, signed(), SECRET, now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "change",
    [
        {"Webhook-Id": "msg2"},
        {"Webhook-Timestamp": str(int(NOW.timestamp()) + 1)},
        {"Webhook-Timestamp": "now"},
        {"Webhook-Timestamp": "9" * 30},
        {"Webhook-Signature": ""},
        {"Webhook-Signature": "v1,é"},
        {"Webhook-Signature": "v1a," + "A" * 88},
    ],
)
def test_changed_headers_are_refused(change: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify_webhook(BODY, {**signed(), **change}, SECRET, now=NOW)


@given(at=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_a_body_with_one_bit_changed_is_refused(at: int, bit: int) -> None:
    changed = BODY[:at] + bytes([BODY[at] ^ 1 << bit]) + BODY[at + 1 :]
    with pytest.raises(BadSignature):
        verify_webhook(changed, signed(), SECRET, now=NOW)


@pytest.mark.parametrize("missing", ["Webhook-Id", "Webhook-Timestamp", "Webhook-Signature"])
def test_a_delivery_without_its_headers_is_refused(missing: str) -> None:
    headers = {name: value for name, value in signed().items() if name != missing}
    with pytest.raises(BadSignature):
        verify_webhook(BODY, headers, SECRET, now=NOW)


@pytest.mark.parametrize("body", [b"[]", b"{}", b"no JSON", b'{"event_type": 1}'])
def test_what_is_signed_but_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(BadSignature):
        verify_webhook(body, signed(body), SECRET, now=NOW)


def test_the_mhu_documents_own_signature_is_verified_as_it_prints() -> None:
    """The digest was made by `openssl dgst -sha256 -hmac "a secret of 16 or more"` of `{}`."""
    good = "sha256=d8f0c55d6bc4fc675febf06d3e659907b8529272d0d62ee48d0ae355db3cdea0"
    assert verify_mhu_signature(b"{}", good, "a secret of 16 or more")
    assert not verify_mhu_signature(b"{ }", good, "a secret of 16 or more")
    assert not verify_mhu_signature(b"{}", good.removeprefix("sha256="), "a secret of 16 or more")
    assert not verify_mhu_signature(b"{}", "é", "a secret of 16 or more")


@pytest.mark.parametrize("secret", [SECRET, "sixteen characters and more", "whsec_is no base64!!"])
def test_what_mhud_itself_signs_is_taken(secret: str) -> None:
    """By a client that has a copy of the rules, and shares no code with who signs."""
    new = "whsec_" + base64.b64encode(b"the one that comes in 32 bytes..").decode()
    for headers in (
        mhud_signs((secret,), "msg1", BODY, NOW),
        mhud_signs((secret, new), "msg1", BODY, NOW),
    ):
        assert verify_webhook(BODY, headers, secret, now=NOW).id == "msg1"
        assert verify_mhu_signature(BODY, headers["X-MHU-Signature"], secret)
    assert verify_webhook(BODY, headers, new, now=NOW).id == "msg1"
    assert verify_mhu_signature(BODY, headers["X-MHU-Signature-Next"], new)
