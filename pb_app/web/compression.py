"""Text travels compressed (gzip, RFC 1952): a slow phone gets a long ballot paper in a fraction of the time.

A compressed page could give away a secret in it to somebody who measures many answers, choosing a part of the page
each time (breachattack.com). So each answer has padding of random length, as Django's GZipMiddleware adds it; and our
cookies stay away from requests that other sites make.
"""

from __future__ import annotations

import gzip
import io
import secrets

from flask import Flask, Response, request

LEAST_BYTES, MOST_BYTES = 512, 4 * 1024 * 1024
MOST_PADDING = 100
_TEXTS = frozenset({"text/html", "text/css", "text/plain", "text/csv", "text/javascript", "application/javascript"})
_MORE_TEXTS = frozenset({"application/json", "image/svg+xml"})


def init_app(app: Flask) -> None:
    """Compresses the texts that `app` answers with, for whoever can read them so."""
    app.after_request(compress)


def compress(response: Response) -> Response:
    """The same answer, compressed where that is worth it and asked for."""
    if response.mimetype not in _TEXTS | _MORE_TEXTS:
        return response
    response.vary.add("Accept-Encoding")
    if not _is_wanted(response):
        return response
    response.direct_passthrough = False  # a file of ours is read, and not handed on as it lies on the disk
    data = response.get_data()
    if len(data) >= LEAST_BYTES:
        response.set_data(_padded_gzip(data))
        response.content_encoding = "gzip"
        etag, _ = response.get_etag()
        if etag:
            response.set_etag(etag, weak=True)
    return response


def _is_wanted(response: Response) -> bool:
    is_whole = response.status_code != 206 and not response.content_encoding and not response.is_streamed
    is_file = response.direct_passthrough and (response.content_length or 0) <= MOST_BYTES
    wants = request.method != "HEAD" and request.accept_encodings.quality("gzip") > 0
    return wants and (is_whole or (is_file and response.status_code == 200))


def _padded_gzip(data: bytes) -> bytes:
    """The header's field for a file name holds the padding."""
    padding = "p" * secrets.randbelow(MOST_PADDING + 1)
    packed = io.BytesIO()
    with gzip.GzipFile(filename=padding, mode="wb", compresslevel=6, fileobj=packed, mtime=0) as file:
        file.write(data)
    return packed.getvalue()
