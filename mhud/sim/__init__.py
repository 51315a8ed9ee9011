"""A fake Asterisk that speaks AMI over TCP as recorded sessions of the real one show it."""

from mhud.sim.fake import FakeAsterisk

__all__ = ["FakeAsterisk"]
