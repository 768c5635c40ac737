"""Signatures: RFC 8032's own vectors, an independent signer, and every second spelling refused."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tallying.ed25519 import FIELD, ORDER, is_public_key, verify

# RFC 8032, section 7.1: secret key, public key, message, signature.
VECTORS = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
    "TEST SHA(abc)": (
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
    ),
}  # fmt: skip
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(32))
KEY = SECRET.public_key().public_bytes_raw()
MESSAGE = b"a record"
SIGNATURE = SECRET.sign(MESSAGE)


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_of_the_rfc_hold(name: str) -> None:
    _, key, message, signature = (bytes.fromhex(part) for part in VECTORS[name])

    assert verify(key, message, signature)
    assert not verify(key, message + b"!", signature)


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=300))
@settings(deadline=None, max_examples=30)
def test_what_another_library_signs_is_accepted(seed: bytes, message: bytes) -> None:
    secret = Ed25519PrivateKey.from_private_bytes(seed)

    assert verify(secret.public_key().public_bytes_raw(), message, secret.sign(message))


def test_every_changed_bit_of_a_signature_or_key_is_refused() -> None:
    for bit in range(512):
        changed = (int.from_bytes(SIGNATURE, "little") ^ 1 << bit).to_bytes(64, "little")
        assert not verify(KEY, MESSAGE, changed), f"bit {bit} of the signature"
    for bit in range(256):
        changed = (int.from_bytes(KEY, "little") ^ 1 << bit).to_bytes(32, "little")
        assert not verify(changed, MESSAGE, SIGNATURE), f"bit {bit} of the key"


def test_a_scalar_that_is_not_reduced_is_refused() -> None:
    scalar = int.from_bytes(SIGNATURE[32:], "little") + ORDER

    assert not verify(KEY, MESSAGE, SIGNATURE[:32] + scalar.to_bytes(32, "little"))


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65])
def test_wrong_lengths_are_refused_without_an_exception(length: int) -> None:
    assert not verify(KEY, MESSAGE, (SIGNATURE * 2)[:length])
    assert not verify((KEY * 3)[:length], MESSAGE, SIGNATURE)


@pytest.mark.parametrize("y", [0, 1, FIELD - 1, FIELD, FIELD + 1, 2**255 - 1])
def test_keys_of_small_order_or_in_a_second_spelling_are_refused(y: int) -> None:
    for sign in (0, 1 << 255):
        assert not is_public_key((y | sign).to_bytes(32, "little"))


def test_a_signature_that_a_key_of_small_order_makes_for_any_message_is_refused() -> None:
    neutral = (1).to_bytes(32, "little")

    assert not verify(neutral, b"anything at all", neutral + bytes(32))


def test_a_real_key_is_a_public_key() -> None:
    assert is_public_key(KEY)
