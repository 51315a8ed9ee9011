"""Secrets of the daemon's own, and the signed tokens that people carry."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import jwt
from jwt.types import Options

ISSUER = "mhud"
KEY_BYTES = 64


def key_file(path: Path) -> bytes:
    """The key in a file that only its owner may read; made when there is none.

    Raises OSError; ValueError for a file that holds no key.
    """
    with contextlib.suppress(FileExistsError):
        _create(path)
    key = bytes.fromhex(path.read_text().strip())
    if len(key) < KEY_BYTES:
        raise ValueError(f"{path} is not a key file of mhud")
    return key


def _create(path: Path) -> None:
    """Written elsewhere and linked, so that nobody ever reads half a key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(KEY_BYTES))
        os.link(draft, path)
    finally:
        draft.unlink()


def rotate_key_file(path: Path) -> None:
    """The next `key_file` makes a new one; what was signed with the old one is void."""
    path.unlink(missing_ok=True)
    key_file(path)


def new_secret(prefix: str) -> str:
    """A credential that can't be guessed; shown once, then only its hash is kept."""
    return prefix + secrets.token_urlsafe(32)


def keyed_hash(text: str, key: bytes) -> bytes:
    """Fast on purpose: what is hashed here is random and long."""
    return hashlib.blake2b(
        text.encode("utf-8", "surrogateescape"), key=key, digest_size=32
    ).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What an access token says. `version`: of the user's credentials when it was given."""

    user_id: int
    family: str
    version: int
    expires_at: float


def sign(claims: Claims, key: bytes, now: datetime) -> str:
    payload = {
        "iss": ISSUER,
        "sub": str(claims.user_id),
        "fam": claims.family,
        "ver": claims.version,
        "iat": int(now.timestamp()),
        "exp": int(claims.expires_at),
        "jti": secrets.token_hex(8),
    }
    return jwt.encode(payload, key, algorithm="HS256")


def verify(token: str, key: bytes) -> Claims | None:
    """None when it is not ours. Whether it has expired is the caller's to see, by his clock."""
    checks: Options = {"require": ["exp", "sub", "iss"], "verify_exp": False, "verify_iat": False}
    try:
        payload = jwt.decode(token, key, algorithms=["HS256"], issuer=ISSUER, options=checks)
        return Claims(
            user_id=int(payload["sub"]),
            family=str(payload["fam"]),
            version=int(payload["ver"]),
            expires_at=float(payload["exp"]),
        )
    except (jwt.PyJWTError, KeyError, ValueError, TypeError):
        return None
