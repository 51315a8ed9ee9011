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
    r'(?:"[^"\\<>]*"[ ]?)?<sips?:([A-Za-z0-9_-]+)@[A-Za-z0-9.:\[\]-]+>(?:;[^<>",]*)?'
)
_IN_DIALOG = re.compile(r'(?:"(?:[^"\\]|\\.)*"[ ]?)?<[^<>"]+>;tag=[A-Za-z0-9.!%*_+`\'~-]+')
"""A tag of the address and nothing else: one inside of it, or an empty one, is none to Asterisk."""
_CONTACT = re.compile(
    r"<sip:[A-Za-z0-9_.-]+@[A-Za-z0-9.:\[\]-]+(?:;(?:transport=wss?|ob))*>"
    r'(?:;[^<>",;]*(?:"[^",\\]*")?)*'
)
"""What Asterisk puts the page's own address into; of other addresses it would believe a part."""
_ELSEWHERE = frozenset({"route", "record-route", "path"})
"""Where Asterisk is to send its own requests of this call. A page is nowhere but at its socket."""
_LONG = {"f": "from", "t": "to", "i": "call-id", "l": "content-length", "m": "contact"}
_NEEDED = ("from", "to", "call-id", "cseq", "content-length")
_ONCE = (*_NEEDED, "contact")


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
    if method != "REGISTER" and _IN_DIALOG.fullmatch(headers["to"]):
        return method in INSIDE
    sender = _SENDER.fullmatch(headers["from"])
    return method in OUTSIDE and sender is not None and sender[1] == user


def _read(message: str) -> tuple[str, dict[str, str]] | None:
    """First line and headers. None: not one whole message, or one that leads away from the page.

    Of two contacts, Asterisk puts the address that it sees in place of the first alone; the other
    could send calls for the agent anywhere.
    """
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
        if name in _ELSEWHERE or (name in _ONCE and name in found):
            return None
        found[name] = header[2].strip()
    if not all(name in found for name in _NEEDED) or not _is_here(found.get("contact")):
        return None
    return (first, found) if found["content-length"] == str(len(body.encode())) else None


def _is_here(contact: str | None) -> bool:
    return contact is None or _CONTACT.fullmatch(contact) is not None
