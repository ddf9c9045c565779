"""A passkey in software: makes and answers WebAuthn challenges as a browser with an authenticator would."""

from __future__ import annotations

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class SoftKey:
    """One credential on the P-256 curve, always with user verification."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(16)
        self.user = b""
        self.count = 0

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request to register."""
        public = options["publicKey"]
        self.rp = public["rp"]["id"]
        self.user_text = public["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor.encode(cose)
        statement = {"fmt": "none", "attStmt": {}, "authData": self._data(PRESENT | VERIFIED | WITH_KEY) + attested}
        response = {"attestationObject": _text(cbor.encode(statement)), "transports": ["internal"]}
        return self._credential(public["challenge"], "webauthn.create", response)[0] | {
            "clientExtensionResults": {"credProps": {"rk": True}}
        }

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request to sign in."""
        self.count += 1
        data = self._data(PRESENT | VERIFIED)
        response = {"authenticatorData": _text(data), "userHandle": self.user_text}
        credential, client = self._credential(options["publicKey"]["challenge"], "webauthn.get", response)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        credential["response"]["signature"] = _text(signed)
        return credential

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.rp.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _credential(self, challenge: str, kind: str, response: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        client = json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        ).encode()
        answer = {"clientDataJSON": _text(client)} | response
        name = _text(self.id)
        facts = {"id": name, "rawId": name, "type": "public-key", "response": answer, "clientExtensionResults": {}}
        return facts, client


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
