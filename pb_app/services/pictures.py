"""Pictures that people send: refused by size before anything is decoded, then decoded upright and without metadata.

What we keep is encoded by ourselves, so that no place, date or camera data survives, and no file is served that
somebody else wrote.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import Image, ImageOps

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
_BROKEN = (
    *(OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError),
    *(TypeError, LookupError, ArithmeticError, struct.error),  # of damaged metadata
)

Image.MAX_IMAGE_PIXELS = None  # our own limit is lower than Pillow's and has words for the person


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for: its name ("photo"), formats in Pillow's names and in words, and the longest side we keep."""

    noun: str
    formats: tuple[str, ...]
    in_words: str
    largest: int


def read_picture(data: bytes, wanted: Wanted) -> Image.Image | str:
    """The picture upright on white, without metadata, not smaller than wanted unless it was; or what to mend.

    The size is read from the header: a picture that is too large is refused before a pixel of it is decoded.
    """
    if len(data) > MOST_BYTES:
        return f"Choose a {wanted.noun} of at most 10 MB. This one has {len(data) / 1024 / 1024:,.1f} MB"
    try:
        with Image.open(io.BytesIO(data), formats=wanted.formats) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                return _too_large(wanted.noun, width, height)
            picture.draft("RGB", (2 * wanted.largest, 2 * wanted.largest))
            return _on_white(ImageOps.exif_transpose(picture))
    except _BROKEN:
        return f"We can’t read this file as a {wanted.noun}. Choose a {wanted.in_words} picture"


def to_jpeg(picture: Image.Image, *, quality: int = 82) -> bytes:
    """Only pixels go in: neither EXIF nor a colour profile is passed on."""
    out = io.BytesIO()
    picture.info.clear()
    picture.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def _too_large(noun: str, width: int, height: int) -> str:
    size = f"{width:,} by {height:,} dots, {width * height / 1_000_000:,.0f} million"
    return f"Choose a {noun} of at most 40 million dots (pixels). This one has {size}"


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency: black behind a see-through logo would be a surprise."""
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("RGB")
