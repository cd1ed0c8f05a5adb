"""The installation's own key: what signs receipts and the seal of the register.

Here: making it once, signing with it (Ed25519, deterministic), and whether its file is what was written. Not here: what
is signed, and partners' keys (partner_keys.py).
"""

import base64
import os
import tempfile
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from orchestration.errors import EntrepotError
from orchestration.settings import Home

KEY_FILE = "receipts.ed25519.pem"


def signature(home: Home, content: bytes) -> str:
    """The signature (base64) of these bytes; makes the key where there is none yet."""
    return base64.b64encode(_signing_key(home).sign(content)).decode()


def public_key(home: Home) -> str:
    """The installation's public key (base64), with which anybody can check its receipts."""
    raw = _signing_key(home).public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return base64.b64encode(raw).decode()


def key_problems(home: Home) -> list[str]:
    """Why receipts cannot be checked: the key's file is missing, or not to the byte what was written."""
    path = home.keys / KEY_FILE
    if not path.exists():
        return [f"The installation's key {path} is missing; restore it from a backup."]
    try:
        sound = _pem(_signing_key(home)) == path.read_bytes()
    except EntrepotError as error:
        return [str(error)]
    return [] if sound else [f"The installation's key {path} was changed; restore it from a backup."]


def _signing_key(home: Home) -> Ed25519PrivateKey:
    path = home.keys / KEY_FILE
    if not path.exists():
        home.keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        pem = _pem(Ed25519PrivateKey.generate())
        write_whole(path, pem, mode=0o600, replace=False)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise EntrepotError(f"{path} is not an Ed25519 key; restore the installation's key from its backup.")
    return key


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write_whole(target: Path, content: bytes, mode: int, replace: bool = True) -> None:
    """Write a file whole or not at all, on disk when this returns; without `replace` a file that is there stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        if replace:
            Path(temporary).replace(target)
        else:
            try:
                target.hardlink_to(temporary)  # two processes may make the first key at once: the first one stays
            except FileExistsError:
                return
    finally:
        Path(temporary).unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
