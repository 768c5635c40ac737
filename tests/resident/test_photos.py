"""Photos: refused by size before decoding, upright, without metadata, and served only when the proposal is."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from pb_app.services.photos import Encoded, encode
from tests.app import People, post, sign_in_as
from tests.resident.rounds import proposing_round
from tests.resident.steps import hidden, send_file_form
from voting.errors import Problem


def picture(width: int = 900, height: int = 600, kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, kind, **options)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A valid PNG header that claims so many pixels, in a few bytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def words_of(data: bytes) -> str:
    problem = encode(data)
    assert isinstance(problem, Problem)
    return problem.message


def test_a_200_megapixel_photo_is_refused_by_its_header_alone() -> None:
    words = words_of(huge_png(20_000, 10_000))
    assert "at most 40 million dots" in words
    assert "200 million" in words


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"GIF89a" + b"\0" * 40, b"\xff\xd8\xff\xe0 broken", picture()[:900]])
def test_what_is_no_photo_is_refused_in_plain_words(data: bytes) -> None:
    assert words_of(data) == "We can’t read this file as a photo. Choose a JPEG, PNG or WebP picture"


def test_a_file_over_ten_megabytes_is_told_its_size() -> None:
    assert "at most 10 MB. This one has 11.0 MB" in words_of(b"x" * (11 * 1024 * 1024))


def test_place_and_camera_are_gone_and_the_photo_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "SpyCam"
    exif.get_ifd(0x8825)[1] = "N"  # a place on earth
    made = encode(picture(900, 600, exif=exif))
    assert isinstance(made, Encoded)
    assert (made.width, made.height) == (600, 900)
    assert b"SpyCam" not in made.image
    with Image.open(io.BytesIO(made.image)) as kept:
        assert not kept.getexif()


def test_a_large_photo_is_made_1600_and_its_card_512_by_384() -> None:
    made = encode(picture(4000, 3000))
    assert isinstance(made, Encoded)
    assert (made.width, made.height) == (1600, 1200)
    with Image.open(io.BytesIO(made.small)) as small:
        assert small.size == (512, 384)


def test_a_see_through_png_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(out, "PNG")
    made = encode(out.getvalue())
    assert isinstance(made, Encoded)
    with Image.open(io.BytesIO(made.image)) as kept:
        assert kept.getpixel((20, 20)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "I;16", "LA"])
def test_every_kind_of_colour_is_read(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (40, 40)).save(out, "JPEG" if mode == "CMYK" else "PNG")
    assert isinstance(encode(out.getvalue()), Encoded)


@pytest.fixture
def edit(app: Flask, client: FlaskClient, people: People) -> str:
    sign_in_as(client, people.resident)
    return str(post(client, f"/rounds/{proposing_round(app, people)}/propose").location)


def add(client: FlaskClient, edit: str, data: bytes, alt: str = "A muddy path") -> TestResponse:
    fields = {**hidden(client.get(edit).text), "title": "Path", "alt": alt, "do": "photo"}
    return send_file_form(client, edit, {**fields, "photo": (io.BytesIO(data), "path.jpg")})


def sources(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('src="')[1:] if part.startswith("/photos/")]


def test_a_photo_is_added_seen_by_its_owner_alone_and_removed(client: FlaskClient, app: Flask, edit: str) -> None:
    assert add(client, edit, picture()).status_code == 302
    page = client.get(edit).text
    (source,) = sources(page)
    assert 'alt="A muddy path"' in page
    assert "Path</textarea>" in page
    assert client.get(source).mimetype == "image/jpeg"
    assert app.test_client().get(source).status_code == 404
    sha256 = source.split("/")[3]
    client.post(edit, data={**hidden(page), "title": "Path", "do": f"unphoto-{sha256}"})
    assert sources(client.get(edit).text) == []


def test_a_bad_photo_keeps_the_text_beside_it(client: FlaskClient, edit: str) -> None:
    for data in (huge_png(20_000, 10_000), b"not a photo", b"x" * (11 * 1024 * 1024)):
        page = add(client, edit, data)
        assert page.status_code == 422
        assert "Path</textarea>" in page.text
        assert 'value="A muddy path"' in page.text
        assert 'href="#photo"' in page.text


def test_a_photo_needs_words_for_people_who_can_not_see_it(client: FlaskClient, edit: str) -> None:
    assert "Say what the photo shows, for people who can’t see it" in add(client, edit, picture(), alt=" ").text


def test_the_same_photo_twice_is_one(client: FlaskClient, edit: str) -> None:
    for _ in range(2):
        add(client, edit, picture())
    assert len(sources(client.get(edit).text)) == 1


def test_a_sixth_photo_is_refused_kindly(client: FlaskClient, edit: str) -> None:
    for n in range(5):
        add(client, edit, picture(400 + n, 300))
    assert "the most a proposal can have" in client.get(edit).text
    assert "Remove one before you add another" in add(client, edit, picture(500, 300)).text
