"""For whom does a SIP message speak? A page may speak for its own agent, and one message at a time.

Stricter than SIP: whatever two parsers could read differently (folded lines, bare line feeds, a
second message behind the first) is refused. No browser phone writes such.
"""

from __future__ import annotations

import re

OUTSIDE = frozenset({"REGISTER", "INVITE", "CANCEL", "OPTIONS"})
"""What may begin something; the sender of these is checked."""
INSIDE = frozenset({"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "PRACK",
                    "REFER", "NOTIFY"})  # fmt: skip
KEEP_ALIVE = ("\r\n", "\r\n\r\n")
_REQUEST = re.compile(r"([A-Z]{3,10}) sips?:[^\s]{1,500} SIP/2\.0")
_ANSWER = re.compile(r"SIP/2\.0 [1-6][0-9]{2}( [^\r\n]*)?")
_HEADER = re.compile(r"([A-Za-z0-9.!%*_+`'~-]{1,64})[ \t]*:[ \t]*(.*)")
_SENDER = re.compile(
    r'(?:"[^"\\<>]*"[ ]?)?<sips?:([A-Za-z0-9_-]+)@[A-Za-z0-9.:\[\]-]+>(?:;[^<>",]*)*'
)
_TAGGED = re.compile(r";[ \t]*tag[ \t]*=", re.IGNORECASE)
_LONG = {"f": "from", "t": "to", "i": "call-id", "l": "content-length"}
_ONCE = ("from", "to", "call-id", "cseq", "content-length")


def may_pass(message: str, user: str) -> bool:
    """Whether `user` may say this: an answer, something in a dialog, or in his own name."""
    if message in KEEP_ALIVE:
        return True
    read = _read(message)
    if read is None:
        return False
    first, headers = read
    if _ANSWER.fullmatch(first):
        return True
    request = _REQUEST.fullmatch(first)
    if request is None:
        return False
    method = request[1]
    if method != "REGISTER" and _TAGGED.search(headers["to"]):
        return method in INSIDE
    sender = _SENDER.fullmatch(headers["from"])
    return method in OUTSIDE and sender is not None and sender[1] == user


def _read(message: str) -> tuple[str, dict[str, str]] | None:
    """First line, and those headers that there must be once. None: not one whole message."""
    head, blank, body = message.partition("\r\n\r\n")
    if not blank or re.search(r"[\r\n\0]", head.replace("\r\n", "")):
        return None
    first, *lines = head.split("\r\n")
    found: dict[str, str] = {}
    for line in lines:
        header = _HEADER.fullmatch(line)
        if header is None:
            return None
        name = _LONG.get(header[1].lower(), header[1].lower())
        if name in _ONCE and name in found:
            return None
        found[name] = header[2].strip()
    whole = all(name in found for name in _ONCE)
    return (first, found) if whole and found["content-length"] == str(len(body.encode())) else None
