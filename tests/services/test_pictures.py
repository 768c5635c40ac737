"""Pictures that people send: damage is refused in words, whatever the picture says about itself."""

from __future__ import annotations

import io
import struct

from PIL import Image

from pb_app.services.pictures import Wanted, read_picture

SCAN = Wanted("scan", ("JPEG", "PNG"), "JPEG or PNG", largest=1800)

_TURNED = struct.pack("<HHIHH", 0x0112, 3, 1, 6, 0)
_RESOLUTION_IN_WORDS = struct.pack("<HHI4s", 0x011A, 2, 4, b"abc\0")


def jpeg(*tags: bytes) -> bytes:
    exif = b"Exif\0\0" + struct.pack("<2sHIH", b"II", 42, 8, len(tags)) + b"".join(tags) + bytes(4)
    out = io.BytesIO()
    Image.new("RGB", (8, 4), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_picture_with_damaged_metadata_is_refused_in_words() -> None:
    turned = read_picture(jpeg(_TURNED), SCAN)
    assert isinstance(turned, Image.Image)
    assert turned.size == (4, 8)
    assert read_picture(jpeg(_TURNED, _RESOLUTION_IN_WORDS), SCAN) == (
        "We can’t read this file as a scan. Choose a JPEG or PNG picture"
    )
