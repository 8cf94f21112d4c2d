"""Keys that are not for data at rest: one for each purpose, derived from the secret."""

import hmac


def purpose_key(secret: str, purpose: str) -> bytes:
    """32 bytes; a key for one purpose tells nothing of another's."""
    return hmac.digest(secret.encode(), f"hurentong/1/{purpose}".encode(), "sha256")
