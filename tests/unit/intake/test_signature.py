"""Detached signatures: what ssh-keygen makes is accepted, and nothing else is."""

from __future__ import annotations

import base64
import random
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from orchestration.errors import EntrepotError
from orchestration.submissions.signature import read_key, sign, verify
from tests.unit.intake.signers import SSH_KEYGEN, SshKeygen, own_key, public_line

MESSAGE = b'{"feed": "partner/cases"}\n'
NO_SSH_KEYGEN = "NOT TESTED against the real ssh-keygen, which this machine lacks (package openssh-client)"
KINDS = (
    ("-t", "ed25519"),
    *(("-t", "ecdsa", "-b", bits) for bits in ("256", "384", "521")),
    ("-t", "rsa", "-b", "2048"),
)


@pytest.fixture
def keygen(tmp_path):
    if SSH_KEYGEN is None:
        pytest.skip(NO_SSH_KEYGEN)
    return lambda *options: SshKeygen.make(tmp_path, *options)


@pytest.mark.parametrize("kind", KINDS, ids="".join)
@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_what_ssh_keygen_signs_is_accepted_and_its_key_known(keygen, kind, algorithm):
    key = keygen(*kind)
    found = verify(MESSAGE, key.sign(MESSAGE, "entrepot", "-O", f"hashalg={algorithm}"), "x.sig")
    assert found.line == read_key(key.public, "key.pub").line
    printed = subprocess.run([SSH_KEYGEN, "-lf", key.file], capture_output=True, text=True, check=True).stdout
    assert printed.split()[1] == found.fingerprint
    with pytest.raises(EntrepotError, match=r"x\.sig is no valid signature .* it does not fit"):
        verify(MESSAGE + b" ", key.sign(MESSAGE), "x.sig")


def test_what_we_sign_is_what_ssh_keygen_signs(keygen):
    """The sample's own writer: the same bytes, for the same key."""
    key = keygen("-t", "ed25519")
    private = load_ssh_private_key(key.file.read_bytes(), None)
    assert sign(private, MESSAGE) == key.sign(MESSAGE)


def test_a_signature_for_another_purpose_does_not_count(keygen):
    with pytest.raises(EntrepotError, match="made for the namespace 'git'; expected 'entrepot'"):
        verify(MESSAGE, keygen("-t", "ed25519").sign(MESSAGE, "git"), "x.sig")


def test_short_rsa_keys_are_refused(keygen):
    key = keygen("-t", "rsa", "-b", "1024")
    with pytest.raises(EntrepotError, match="1024 bits; expected 2048"):
        read_key(key.public, "key.pub")
    with pytest.raises(EntrepotError, match="1024 bits"):
        verify(MESSAGE, key.sign(MESSAGE), "x.sig")


def test_no_changed_bit_of_a_signature_is_accepted():
    """Every single bit of the decoded signature: the format leaves no room for a second form of it."""
    good = sign(own_key(), MESSAGE)
    lines = good.decode().splitlines()
    blob = base64.b64decode("".join(lines[1:-1]))
    assert verify(MESSAGE, good, "x.sig").fingerprint == read_key(public_line(own_key()), "k").fingerprint
    accepted = []
    flipped = [
        blob[: bit // 8] + bytes([blob[bit // 8] ^ 1 << bit % 8]) + blob[bit // 8 + 1 :] for bit in range(len(blob) * 8)
    ]
    for bit, changed in enumerate([*flipped, blob + b"\0", blob[:-1], b"\0" + blob]):
        armoured = "\n".join([lines[0], base64.b64encode(changed).decode(), lines[-1], ""]).encode()
        try:
            accepted.append((bit, verify(MESSAGE, armoured, "x.sig")))
        except EntrepotError:
            continue
    assert accepted == []


@pytest.mark.parametrize(
    "armoured",
    [
        b"", b"\xff\xfe", b"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\n????\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n",
        b"-----BEGIN PGP SIGNATURE-----\nU1NIU0lH\n-----END PGP SIGNATURE-----\n",
    ],
)  # fmt: skip
def test_what_is_no_signature_is_told_in_a_sentence(armoured):
    with pytest.raises(EntrepotError, match=r"x\.sig is no valid signature of the manifest beside it"):
        verify(MESSAGE, armoured, "x.sig")


def test_random_bytes_never_end_in_another_error():
    random_bytes = random.Random(7).randbytes
    for length in range(0, 400, 3):
        text = base64.b64encode(b"SSHSIG\x00\x00\x00\x01" + random_bytes(length))
        armoured = b"-----BEGIN SSH SIGNATURE-----\n" + text + b"\n-----END SSH SIGNATURE-----\n"
        with pytest.raises(EntrepotError, match="is no valid signature"):
            verify(MESSAGE, armoured, "x.sig")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-ed25519",
        "ssh-dss AAAA",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 ???",
        "a\nb",
        "ecdsa-sha2-nistp256 AAAAE2VjZHNh",
    ],
)
def test_what_is_no_key_is_told_in_a_sentence(text):
    with pytest.raises(EntrepotError, match=r"k\.pub holds no (sound )?public key"):
        read_key(text, "k.pub")
