"""Voters who cast at the same time: plain HTTP over connections that stay open, so that the load costs little."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from benchmarks.cast_town import PAPER, ROUND, Door
from tests.services.booths import PROJECTS

ACCEPTED = b"HTTP/1.1 200"


@dataclass(slots=True)
class Tally:
    """Seconds from request to acknowledgement, of each acknowledged cast; first lines of whatever else came."""

    seconds: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    took: float = 0.0

    @property
    def rate(self) -> float:
        """Acknowledged casts a second."""
        return len(self.seconds) / self.took

    def share(self, part: float) -> float:
        """Milliseconds within which this part of the casts was acknowledged."""
        return sorted(self.seconds)[min(len(self.seconds) - 1, int(part * len(self.seconds)))] * 1000


def requests(door: Door, cookies: Sequence[str]) -> Iterator[bytes]:
    """Casts without end: the voters in turn, each time with a new key and other marks."""
    for number, cookie in enumerate(itertools.cycle(cookies)):
        yield request(door, cookie, key=f"cast {number}", mark=number)


def request(door: Door, cookie: str, *, key: str, mark: int) -> bytes:
    """One cast, as the check page sends it."""
    marked = (PROJECTS[mark % len(PROJECTS)], PROJECTS[mark // len(PROJECTS) % len(PROJECTS)])
    fields = [("csrf_token", door.token), ("paper", PAPER), ("key", key)]
    body = urlencode([*fields, *((f"pick-{PAPER}", one) for one in dict.fromkeys(marked))]).encode()
    head = f"POST /rounds/{ROUND}/cast HTTP/1.1\r\nHost: 127.0.0.1:{door.port}\r\nCookie: {cookie}; {door.session}\r\n"
    head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def keep_casting(door: Door, casts: Iterator[bytes], seconds: float, connections: int) -> Tally:
    """Each connection casts as soon as its last cast is acknowledged."""
    tally, start = Tally(), time.perf_counter()

    async def one() -> None:
        async with asyncio.timeout(seconds + 60):
            line = Line(door.port)
            while time.perf_counter() < start + seconds:
                await line.send(next(casts), tally)
            line.close()

    await asyncio.gather(*(one() for _ in range(connections)))
    tally.took = time.perf_counter() - start
    return tally


async def cast_at(door: Door, casts: Iterator[bytes], seconds: float, rate: int) -> Tally:
    """So many casts begin each second, whether or not the earlier ones are acknowledged."""
    tally, start = Tally(), time.perf_counter()
    lines: list[Line] = []

    async def one(cast: bytes, at: float) -> None:
        await asyncio.sleep(max(0.0, start + at - time.perf_counter()))
        line = lines.pop() if lines else Line(door.port)
        await line.send(cast, tally)
        lines.append(line)

    await asyncio.gather(*(one(next(casts), number / rate) for number in range(int(seconds * rate))))
    tally.took = time.perf_counter() - start
    return tally


async def cast_all(door: Door, casts: Iterable[bytes], at_once: int) -> Tally:
    """All of these, so many at the same time."""
    tally, start, waiting = Tally(), time.perf_counter(), iter(casts)

    async def one() -> None:
        line = Line(door.port)
        for cast in waiting:
            await line.send(cast, tally)
        line.close()

    await asyncio.gather(*(one() for _ in range(at_once)))
    tally.took = time.perf_counter() - start
    return tally


class Line:
    """One connection, opened again where the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, cast: bytes, tally: Tally) -> None:
        """Sends a cast and notes what came back."""
        start = time.perf_counter()
        try:
            head = await self._answer(cast)
        except (ConnectionError, asyncio.IncompleteReadError):  # kept open for too long: once more, on a new one
            self.close()
            head = await self._answer(cast)
        if head.startswith(ACCEPTED):
            tally.seconds.append(time.perf_counter() - start)
        else:
            tally.refused.append(head.partition(b"\r\n")[0].decode())

    async def _answer(self, cast: bytes) -> bytes:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(cast)
        head = await self._reader.readuntil(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line)
        await self._reader.readexactly(int(fields[b"content-length"]))
        if fields.get(b"connection") == b"close":
            self.close()
        return head

    def close(self) -> None:
        """Closes the connection."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None
