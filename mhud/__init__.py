"""The control daemon for helplines that run on Asterisk."""
