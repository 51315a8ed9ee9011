"""Where people reach mhud, as the settings say it: for links that nobody asked for by HTTP."""

from __future__ import annotations

from mhud.config import HttpSettings


def base_url(http: HttpSettings) -> str:
    """Without a slash at its end."""
    if http.public_url is not None:
        return http.public_url.rstrip("/")
    scheme = "http" if http.tls_certificate is None else "https"
    return f"{scheme}://{http.host}:{http.port}"
