"""Speak to Asterisk: bytes in, typed messages out; typed actions in, bytes out."""
