"""Keeps a server's key in the system keychain, where the package keyring is installed."""

from __future__ import annotations

from functools import cache

SERVICE = "writing-assistant"


@cache
def key_for(host: str) -> str:
    """Return the key stored for a server's host, such as `api.openai.com`; empty where there is none."""
    try:
        import keyring

        return (keyring.get_password(SERVICE, host) or "").strip()
    except Exception:  # not installed, locked, or a system without a keychain
        return ""


def keep(host: str, key: str) -> bool:
    """Store the key for a server's host; return False where there is no keychain that takes it."""
    try:
        import keyring

        keyring.set_password(SERVICE, host, key)
    except Exception:  # not installed, locked, or a system without a keychain
        return False
    key_for.cache_clear()
    return key_for(host) == key
