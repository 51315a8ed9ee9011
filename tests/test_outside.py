"""Nobody has mhud connect to what only this machine or its network reaches."""

from __future__ import annotations

import pytest

from mhud.outside import Outside

INSIDE = (
    "127.0.0.1", "127.255.0.9", "0.0.0.0", "10.0.0.8", "172.16.3.4", "192.168.1.1",  # noqa: S104
    "169.254.169.254", "100.64.0.1", "192.0.2.7", "198.18.0.1", "192.88.99.1", "224.0.0.1",
    "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd00:ec2::254", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::1", "2001:db8::1",
    "2001:0:7f00:1::", "localhost", "", "0x7f.1", "2130706433",
)  # fmt: skip
OUTSIDE = ("8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808")


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_not_reached_however_it_is_written(address: str) -> None:
    assert not Outside().may_reach(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_outside_is_reached(address: str) -> None:
    assert Outside().may_reach(address)


@pytest.mark.parametrize(
    ("address", "may"),
    [("10.1.2.3", True), ("::ffff:10.1.2.3", True), ("10.2.0.1", False), ("127.0.0.1", False)],
)
def test_a_network_that_is_allowed_is_reached_and_no_other(address: str, may: bool) -> None:
    assert Outside(("10.1.0.0/16",)).may_reach(address) is may
