"""Merkle trees with SHA-256 (RFC 6962, section 2.1; RFC 9162, section 2.1): roots and proofs.

A leaf's hash is ``SHA256(00 || data)``, a node's ``SHA256(01 || left || right)``. A tree of n leaves splits
at the largest power of two below n. All hashes are 32 raw bytes, indices count from 0. The verifiers
return False, never raise, for anything but the one proof that fits.
"""

import hashlib
from collections.abc import Iterable, Sequence

from tallying.values import frozen_value

HASH_LENGTH = 32

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""The root of a tree without leaves (RFC 9162, section 2.1.1)."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf: ``SHA256(00 || data)``."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees: ``SHA256(01 || left || right)``."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@frozen_value
class Tree:
    """An append-only log's tree, ready for the roots and proofs of every size up to its own.

    ``levels[k][i]`` is the hash of the full subtree over leaves ``i * 2**k`` to ``(i + 1) * 2**k - 1``.
    """

    levels: tuple[tuple[bytes, ...], ...]

    @classmethod
    def of(cls, leaves: Iterable[bytes]) -> "Tree":
        """The tree over these leaves' data, in their order."""
        level = tuple(leaf_hash(data) for data in leaves)
        levels = [level]
        while len(level) > 1:
            level = tuple(node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2))
            levels.append(level)
        return cls(tuple(levels))

    @property
    def size(self) -> int:
        """Its number of leaves."""
        return len(self.levels[0])

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves (None: all). Raises ValueError for a size it has not."""
        wanted = self._checked(self.size if size is None else size)
        return self._subtree(0, wanted) if wanted else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int) -> tuple[bytes, ...]:
        """PATH(index, D[size]): that leaf ``index`` is in the tree of ``size`` leaves.

        Raises ValueError where there is no such leaf.
        """
        if not 0 <= index < self._checked(size):
            raise ValueError(f"a tree of {size} leaves has no leaf {index}")
        return tuple(self._path(index, 0, size))

    def consistency_proof(self, first: int, second: int) -> tuple[bytes, ...]:
        """PROOF(first, D[second]): that the tree of ``first`` leaves begins that of ``second``.

        Empty where both are the same size. Raises ValueError unless ``1 <= first <= second <= size``.
        """
        if not 1 <= first <= self._checked(second):
            raise ValueError(f"no tree of {first} leaves begins one of {second}")
        return () if first == second else tuple(self._proof(first, 0, second, is_known=True))

    def _checked(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise ValueError(f"this log has {self.size} leaves, not {size}")
        return size

    def _subtree(self, start: int, end: int) -> bytes:
        """The root over leaves start to end - 1; start lies on a boundary of its size."""
        width = end - start
        if width & (width - 1) == 0:
            height = width.bit_length() - 1
            return self.levels[height][start >> height]
        middle = start + _split(width)
        return node_hash(self._subtree(start, middle), self._subtree(middle, end))

    def _path(self, index: int, start: int, end: int) -> list[bytes]:
        if end - start == 1:
            return []
        middle = start + _split(end - start)
        if index < middle:
            return [*self._path(index, start, middle), self._subtree(middle, end)]
        return [*self._path(index, middle, end), self._subtree(start, middle)]

    def _proof(self, first: int, start: int, end: int, *, is_known: bool) -> list[bytes]:
        """SUBPROOF of RFC 9162, section 2.1.4.1; ``first`` is a position in the whole log here."""
        if first == end:
            return [] if is_known else [self._subtree(start, end)]
        middle = start + _split(end - start)
        if first <= middle:
            return [*self._proof(first, start, middle, is_known=is_known), self._subtree(middle, end)]
        return [*self._proof(first, middle, end, is_known=False), self._subtree(start, middle)]


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaves' data, in their order."""
    return Tree.of(leaves).root()


def is_included(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that a leaf, by its hash, stands at ``index`` (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes((leaf, root, *proof)):
        return False
    fn, sn, found = index, size - 1, leaf
    for step in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node_hash(step, found)
            while fn & 1 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node_hash(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def is_consistent(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of ``first`` leaves begins that of ``second``.

    RFC 9162, section 2.1.4.2. A tree without leaves begins every other, but shows nothing: False.
    """
    if first == second:
        return first >= 1 and not proof and first_root == second_root
    if not 1 <= first < second or not _are_hashes((first_root, second_root, *proof)):
        return False
    nodes = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    return bool(nodes) and _leads_to_both(first, second, (first_root, second_root), nodes)


def _leads_to_both(first: int, second: int, roots: tuple[bytes, bytes], nodes: Sequence[bytes]) -> bool:
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(node, old), node_hash(node, new)
            while fn & 1 == 0 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            new = node_hash(new, node)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and (old, new) == roots


def _split(width: int) -> int:
    """The largest power of two below ``width``, which is at least 2."""
    return 1 << (width - 1).bit_length() - 1


def _are_hashes(hashes: Iterable[bytes]) -> bool:
    return all(len(one) == HASH_LENGTH for one in hashes)
