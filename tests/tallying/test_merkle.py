"""Merkle trees: the vectors of RFC 6962's reference and of transparency-dev, and what every proof must do."""

import base64
import hashlib
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallying.merkle import EMPTY_ROOT, Tree, is_consistent, is_included, leaf_hash, node_hash, root_of

LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
"""The leaves of Certificate Transparency's reference tests; the roots below are those of RFC 6962 over them."""
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}
MERKLE = Path(__file__).resolve().parents[3] / "shared" / "data" / "merkle"


def vectors(name: str) -> list[dict[str, Any]]:
    """The cases of one file; one case that skips loudly where the data are not beside this checkout."""
    path = MERKLE / name
    return json.loads(path.read_text()) if path.exists() else [{"name": "no data"}]


def decoded(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def refuse_without_data(case: dict[str, Any]) -> None:
    if "wantErr" not in case:
        pytest.skip("../shared/data/merkle is not here: the 196 vectors were NOT checked")


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]
    assert Tree.of(LEAVES).root(size).hex() == ROOTS[size]


def test_a_tree_of_seven_splits_as_the_rfc_draws_it() -> None:
    """RFC 9162, section 2.1.5: the tree of d0 to d6, its inclusion and consistency proofs."""
    data = [f"d{n}".encode() for n in range(7)]
    a, b, c, d, e, f, j = (leaf_hash(one) for one in data)
    g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
    k, el = node_hash(g, h), node_hash(i, j)
    tree = Tree.of(data)
    assert tree.root() == node_hash(k, el)
    assert tree.inclusion_proof(0, 7) == (b, h, el)
    assert tree.inclusion_proof(3, 7) == (c, g, el)
    assert tree.inclusion_proof(4, 7) == (f, j, k)
    assert tree.inclusion_proof(6, 7) == (i, k)
    assert tree.consistency_proof(3, 7) == (c, d, g, el)
    assert tree.consistency_proof(4, 7) == (el,)
    assert tree.consistency_proof(6, 7) == (i, j, k)


def test_leaves_and_nodes_can_never_stand_for_each_other() -> None:
    assert leaf_hash(bytes(64)) != node_hash(bytes(32), bytes(32))
    assert hashlib.sha256(b"").digest() == EMPTY_ROOT


@pytest.mark.parametrize("case", vectors("inclusion.json"), ids=lambda case: case["name"])
def test_inclusion_vectors_are_accepted_or_refused_as_stated(case: dict[str, Any]) -> None:
    refuse_without_data(case)
    proof = [decoded(one) for one in case["proof"] or []]
    found = is_included(case["leafIdx"], case["treeSize"], decoded(case["leafHash"]), proof, decoded(case["root"]))
    assert found is not case["wantErr"]


@pytest.mark.parametrize("case", vectors("consistency.json"), ids=lambda case: case["name"])
def test_consistency_vectors_are_accepted_or_refused_as_stated(case: dict[str, Any]) -> None:
    refuse_without_data(case)
    proof = [decoded(one) for one in case["proof"] or []]
    roots = decoded(case["root1"]), decoded(case["root2"])
    assert is_consistent(case["size1"], case["size2"], *roots, proof) is not case["wantErr"]


def test_every_proof_of_every_small_tree_is_accepted_and_any_other_refused() -> None:
    data = [bytes([n]) for n in range(20)]
    tree = Tree.of(data)
    for size in range(1, 21):
        for index in range(size):
            proof = tree.inclusion_proof(index, size)
            assert is_included(index, size, leaf_hash(data[index]), proof, tree.root(size))
            assert not is_included(index, size, leaf_hash(b"other"), proof, tree.root(size))
            assert not is_included(index, size, leaf_hash(data[index]), (*proof, bytes(32)), tree.root(size))
            assert not is_included(index + 1, size, leaf_hash(data[index]), proof, tree.root(size))
        for first in range(1, size + 1):
            steps = tree.consistency_proof(first, size)
            assert is_consistent(first, size, tree.root(first), tree.root(size), steps)
            assert not is_consistent(first, size, bytes(32), tree.root(size), steps)
            assert not is_consistent(first, size, tree.root(first), tree.root(size), (*steps, bytes(32)))


@given(st.lists(st.binary(max_size=4), min_size=2, max_size=40, unique=True), st.data())
def test_a_forked_log_has_no_proof(leaves: list[bytes], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(leaves) - 1))
    changed = data.draw(st.integers(0, first - 1))
    forked = [*leaves[:changed], b"forked", *leaves[changed + 1 :]]
    saved, tree = Tree.of(leaves[:first]).root(), Tree.of(forked)
    assert not is_consistent(first, len(leaves), saved, tree.root(), tree.consistency_proof(first, len(leaves)))


def test_what_a_log_does_not_have_is_refused() -> None:
    tree = Tree.of(LEAVES)
    for wrong in (-1, 9):
        with pytest.raises(ValueError, match="leaves"):
            tree.root(wrong)
    for index, size in ((8, 8), (-1, 8), (0, 9)):
        with pytest.raises(ValueError, match="leaves"):
            tree.inclusion_proof(index, size)
    for first, second in ((0, 8), (5, 4), (3, 9)):
        with pytest.raises(ValueError, match="leaves"):
            tree.consistency_proof(first, second)


def test_roots_of_growing_logs_are_all_different() -> None:
    roots = [Tree.of(LEAVES).root(size) for size in range(9)]
    assert all(one != other for one, other in pairwise(roots))
