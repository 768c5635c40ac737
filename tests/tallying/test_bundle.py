"""Opening a zip or directory: only a record's own names, and never a surprise."""

import io
import zipfile
from pathlib import Path

import pytest

from tallying import bundle
from tallying.bundle import is_record_name, open_bundle, to_zip
from tallying.record_error import RecordError

FILES = {"format.json": b"{}\n", "papers/north/ballots.pb": b"META\n", "manifest.json": b"[]\n"}


def zipped(entries: list[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return target.getvalue()


def test_a_zip_is_read_back_as_it_was() -> None:
    assert open_bundle(to_zip(FILES)).files == FILES


def test_the_same_files_give_the_same_zip_in_any_order() -> None:
    assert to_zip(FILES) == to_zip(dict(reversed(FILES.items())))


def test_a_directory_and_a_zip_in_a_file_are_read_alike(tmp_path: Path) -> None:
    (tmp_path / "record.zip").write_bytes(to_zip(FILES))
    for name, data in FILES.items():
        (tmp_path / "record" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "record" / name).write_bytes(data)

    assert open_bundle(tmp_path / "record.zip") == open_bundle(tmp_path / "record")


def test_a_folder_zipped_again_with_another_tool_is_read() -> None:
    entries = [("my record/", b""), *((f"my record/{name}", data) for name, data in FILES.items())]

    assert open_bundle(zipped(entries, zipfile.ZIP_BZIP2)).files == FILES


@pytest.mark.parametrize(
    "name",
    ["../format.json", "/format.json", "papers/../ballots.pb", "papers/North/ballots.pb", "papers/a/b/ballots.pb",
     "papers/north/ballots.pb\n", "C:\\format.json", "format.json.exe", "papers//ballots.pb", ""],
)  # fmt: skip
def test_a_name_that_no_record_has_is_never_opened(name: str) -> None:
    assert not is_record_name(name)
    found = open_bundle(zipped([(name, b"surprise"), *FILES.items()])) if name else open_bundle(to_zip(FILES))

    assert found.files == FILES


def test_strangers_are_named_so_that_they_can_be_printed() -> None:
    assert open_bundle(zipped([("\x1b[31mé.txt", b""), *FILES.items()])).strangers == ("\\x1b[31m\\xe9.txt",)


def test_a_file_that_stands_twice_is_noticed() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped([*FILES.items(), ("format.json", b"[]\n")])

    assert [name for name, _ in open_bundle(twice).broken] == ["format.json"]


def test_a_damaged_entry_is_named() -> None:
    data = bytearray(zipped(list(FILES.items())))
    data[data.index(b"META")] ^= 1

    assert [name for name, _ in open_bundle(bytes(data)).broken] == ["papers/north/ballots.pb"]


def test_links_in_a_directory_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "format.json").write_bytes(b"{}\n")
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "frozen.json").symlink_to(tmp_path / "secret")
    (tmp_path / "papers").symlink_to(tmp_path)

    found = open_bundle(tmp_path)

    assert found.files == {"format.json": b"{}\n"}
    assert found.strangers == ("frozen.json", "papers", "secret")


def test_a_bomb_is_refused_before_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "LARGEST", 1000)
    bomb = zipped([("format.json", b"0" * 1001)], zipfile.ZIP_DEFLATED)

    with pytest.raises(RecordError, match="larger than any record"):
        open_bundle(bomb)


def test_a_zip_that_lies_about_a_size_is_read_no_further() -> None:
    data = bytearray(zipped([("format.json", b"0" * 5000)], zipfile.ZIP_DEFLATED))
    for place in (data.index(b"PK\x03\x04") + 22, data.index(b"PK\x01\x02") + 24):
        data[place : place + 4] = (10).to_bytes(4, "little")

    found = open_bundle(bytes(data))

    assert [name for name, _ in found.broken] == ["format.json"]
    assert len(found.files.get("format.json", b"")) <= 11


@pytest.mark.parametrize("data", [b"", b"not a zip", b"PK\x03\x04", zipped([("letter.txt", b"")])])
def test_what_is_no_record_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(RecordError, match=r"the zip: (is no zip|holds no file of a record)"):
        open_bundle(data)


def test_a_path_that_is_not_there_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="no such file or directory"):
        open_bundle(tmp_path / "nothing.zip")
