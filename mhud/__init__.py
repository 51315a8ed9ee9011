"""The control daemon for helplines that run on Asterisk."""

__version__ = "0.1.0"
