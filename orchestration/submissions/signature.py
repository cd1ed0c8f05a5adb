"""Detached signatures as `ssh-keygen -Y sign` makes them, and the keys that made them.

Here: the format SSHSIG (OpenSSH's PROTOCOL.sshsig) and the OpenSSH public key line, read strictly and checked
with `cryptography`; no ssh-keygen is needed. Not here: whose key it is and until when (partner_keys.py), and what
is signed (envelope.py).
"""

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from typing import NoReturn

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from orchestration.errors import EntrepotError

NAMESPACE = "entrepot"
SIGNATURE_SUFFIX = ".sig"
_MAGIC = b"SSHSIG"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MESSAGE_HASHES = {"sha256", "sha512"}
_RSA_HASHES: dict[str, hashes.HashAlgorithm] = {"rsa-sha2-256": hashes.SHA256(), "rsa-sha2-512": hashes.SHA512()}
_CURVES: dict[str, hashes.HashAlgorithm] = {
    "ecdsa-sha2-nistp256": hashes.SHA256(),
    "ecdsa-sha2-nistp384": hashes.SHA384(),
    "ecdsa-sha2-nistp521": hashes.SHA512(),
}
KEY_TYPES = ("ssh-ed25519", *_CURVES, "ssh-rsa")
LEAST_RSA_BITS = 2048

PublicKey = Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey


@dataclass(frozen=True)
class SshKey:
    """A public key: its line without comment (`ssh-ed25519 AAAA…`) and its fingerprint as `ssh-keygen -l` prints
    it (SHA256:…).
    """

    line: str
    fingerprint: str
    key: PublicKey

    @property
    def type(self) -> str:
        """The first word of the line."""
        return self.line.split(" ", 1)[0]


def read_key(text: str, name: str) -> SshKey:
    """A key from the line of an OpenSSH .pub file, whose comment is dropped; EntrepotError names `name`."""
    words = text.strip().split(None, 2)
    if "\n" in text.strip() or len(words) < 2 or words[0] not in KEY_TYPES:
        raise EntrepotError(
            f"{name} holds no public key of a known type; expected one line as in an OpenSSH .pub file, beginning with "
            f"one of {', '.join(KEY_TYPES)}. `ssh-keygen -t ed25519` makes one."
        )
    try:
        return _key_of(base64.b64decode(words[1], validate=True))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise EntrepotError(f"{name} holds no sound public key: {error}.") from None


def verify(message: bytes, armoured: bytes, name: str) -> SshKey:
    """The key whose holder signed the message; EntrepotError (naming the signature file) if the signature does not
    hold. Whether the key is anybody's is not asked here.
    """
    try:
        return _verify(message, armoured)
    except (ValueError, UnsupportedAlgorithm) as error:
        fault = str(error)
    except InvalidSignature:
        fault = "it does not fit: the text was changed after it was signed, or another key signed it"
    raise EntrepotError(
        f"{name} is no valid signature of the manifest beside it: {fault}. Sign it again with "
        f"`ssh-keygen -Y sign -n {NAMESPACE} -f KEY MANIFEST`."
    )


def sign(key: Ed25519PrivateKey, message: bytes) -> bytes:
    """What `ssh-keygen -Y sign -n entrepot` writes for an Ed25519 key: deterministic, armoured."""
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    signed = key.sign(_signed_part(message, "sha512"))
    blob = _MAGIC + struct.pack(">I", 1) + _string(_string(b"ssh-ed25519") + _string(raw)) + _string(NAMESPACE.encode())
    blob += _string(b"") + _string(b"sha512") + _string(_string(b"ssh-ed25519") + _string(signed))
    text = base64.b64encode(blob).decode()
    lines = [text[start : start + 70] for start in range(0, len(text), 70)]
    return "\n".join([_BEGIN, *lines, _END, ""]).encode()


def _verify(message: bytes, armoured: bytes) -> SshKey:
    fields = _Fields(_blob(armoured))
    if fields.take(len(_MAGIC)) != _MAGIC or fields.number() != 1:
        _fail("it is not of the format SSHSIG, version 1")
    key = _key_of(fields.string())
    namespace, reserved, algorithm = fields.string(), fields.string(), fields.string().decode("ascii")
    signature = _Fields(fields.string())
    fields.end()
    if namespace != NAMESPACE.encode():
        _fail(f"it was made for the namespace {namespace.decode('utf-8', 'replace')!r}; expected {NAMESPACE!r}")
    if reserved or algorithm not in _MESSAGE_HASHES:
        _fail(f"its hash {algorithm!r} is not one of {', '.join(sorted(_MESSAGE_HASHES))}")
    _check(key, signature, _signed_part(message, algorithm))
    return key


def _check(key: SshKey, signature: "_Fields", signed: bytes) -> None:
    """InvalidSignature unless the signature is the key's over these bytes."""
    algorithm, value = signature.string().decode("ascii"), signature.string()
    signature.end()
    expected = tuple(_RSA_HASHES) if key.type == "ssh-rsa" else (key.type,)
    if algorithm not in expected:
        _fail(f"its algorithm {algorithm!r} is none for a key of type {key.type}")
    if isinstance(key.key, Ed25519PublicKey):
        key.key.verify(value, signed)
    elif isinstance(key.key, rsa.RSAPublicKey):
        key.key.verify(value, signed, padding.PKCS1v15(), _RSA_HASHES[algorithm])
    else:
        numbers = _Fields(value)
        encoded = utils.encode_dss_signature(numbers.positive(), numbers.positive())
        numbers.end()
        key.key.verify(encoded, signed, ec.ECDSA(_CURVES[key.type]))


def _blob(armoured: bytes) -> bytes:
    try:
        lines = armoured.decode("ascii").replace("\r\n", "\n").rstrip("\n").split("\n")
    except UnicodeDecodeError:
        lines = []
    if len(lines) < 3 or lines[0] != _BEGIN or lines[-1] != _END:
        _fail(f"expected text between {_BEGIN} and {_END}")
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except binascii.Error:
        _fail("what stands between its first and last line is not base64")


def _key_of(blob: bytes) -> SshKey:
    kind = _Fields(blob).string().decode("ascii", "replace")
    if kind not in KEY_TYPES:
        _fail(f"its key is of the type {kind!r}; expected one of {', '.join(KEY_TYPES)}")
    line = f"{kind} {base64.b64encode(blob).decode()}"
    key = serialization.load_ssh_public_key(line.encode())
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < LEAST_RSA_BITS:
        _fail(f"its RSA key has {key.key_size} bits; expected {LEAST_RSA_BITS} or more")
    if not isinstance(key, Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        _fail(f"its key of the type {kind!r} is not usable")
    digest = base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
    return SshKey(line, f"SHA256:{digest}", key)


def _signed_part(message: bytes, algorithm: str) -> bytes:
    digest = hashlib.new(algorithm, message).digest()
    return _MAGIC + b"".join(_string(part) for part in (NAMESPACE.encode(), b"", algorithm.encode(), digest))


def _string(value: bytes) -> bytes:
    return struct.pack(">I", len(value)) + value


def _fail(reason: str) -> NoReturn:
    raise ValueError(reason)


class _Fields:
    """The fields of an SSH structure, one after the other; ValueError where it ends too early or too late."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def take(self, length: int) -> bytes:
        if self._at + length > len(self._content):
            _fail("it ends too early")
        self._at += length
        return self._content[self._at - length : self._at]

    def number(self) -> int:
        return int(struct.unpack(">I", self.take(4))[0])

    def string(self) -> bytes:
        return self.take(self.number())

    def positive(self) -> int:
        value = self.string()
        if not value or value[0] & 0x80 or (value[0] == 0 and (len(value) == 1 or not value[1] & 0x80)):
            _fail("a number in it is not written as it must be")
        return int.from_bytes(value)

    def end(self) -> None:
        if self._at != len(self._content):
            _fail("something follows after its end")
