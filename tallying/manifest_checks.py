"""The checks of format 0 alone: its signed manifest, and what its lots built on."""

from collections.abc import Iterable

from tallying import manifest as manifests
from tallying.canonical import sha256_hex
from tallying.draw import close_root
from tallying.findings import Finding, key_of
from tallying.record import Record
from tallying.report import Fault


def check_manifest(record: Record) -> Finding:
    """The manifest lists every file with its hash, and the key in format.json signed it.

    Where both manifest and files differ, the signature tells which of them was changed.
    """
    manifest, actual = record.manifest, manifests.hashes_of(record.files)
    key = key_of(record)
    differing = _differing(manifest.hashes, actual)
    if key is None or manifest.is_signed_by(key):
        faults = _changed(differing) + _unlisted(record, manifest)
        return Finding(faults, f"{len(actual)} hashes agree, and the signature is good")
    if manifests.Manifest(actual, manifest.signature).is_signed_by(key):
        text = "is not as it was signed: the signature fits the other files as they are"
        return Finding((Fault(manifests.NAME, text),))
    if "format.json" in differing:
        return Finding(_changed(differing))
    text = "its signature was not made with the key in format.json"
    return Finding((Fault(manifests.NAME, text), *_changed(differing)))


def close_root_of(record: Record) -> str:
    """The hash over all that is counted, which a lot built on in format 0."""
    contents = record.contents
    frozen = sha256_hex(record.files["frozen.json"])
    return close_root(contents.round_id, frozen, [(paper.id, paper.ballots_sha256) for paper in contents.papers])


def _differing(listed: manifests.Hashes, actual: manifests.Hashes) -> list[str]:
    """Names that both have, with different hashes."""
    now = dict(actual)
    return [name for name, sha256 in listed if name in now and now[name] != sha256]


def _changed(names: Iterable[str]) -> tuple[Fault, ...]:
    return tuple(Fault(name, "has been changed: its SHA-256 is not the one in manifest.json") for name in names)


def _unlisted(record: Record, manifest: manifests.Manifest) -> tuple[Fault, ...]:
    """Files that were signed for and are not here, and the other way round; broken ones are known."""
    listed = [name for name, _ in manifest.hashes]
    known = {manifests.NAME, *record.files, *(name for name, _ in record.bundle.broken)}
    gone = [Fault(name, "is in manifest.json, but not here") for name in listed if name not in known]
    more = sorted(set(record.files) - {manifests.NAME, *listed})
    new = [Fault(name, "is not in manifest.json") for name in more]
    return (*gone, *new)
