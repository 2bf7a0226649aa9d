"""Messages over stdio or a socket: LSP 3.17, "Base Protocol"."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from typing import BinaryIO, Protocol

_CHUNK = 1 << 16


class Receiver(Protocol):
    """Who handles messages, until it has exited."""

    @property
    def exited(self) -> bool: ...

    def receive(self, body: bytes) -> None: ...


class Writer:
    """Writes to the client; one that is gone is no error, only ``on_lost`` is told."""

    def __init__(self, stream: BinaryIO, on_lost: Callable[[], None]) -> None:
        self._stream, self._on_lost = stream, on_lost

    def write(self, data: bytes) -> None:
        try:
            self._stream.write(data)
            self._stream.flush()
        except (OSError, ValueError):
            self._on_lost()

    def close(self) -> None:
        """Leave the stream to its owner."""


async def converse(reader: asyncio.StreamReader, receiver: Receiver) -> None:
    """Hand over messages until the stream ends or the receiver has exited."""
    while not receiver.exited:
        body = await _message(reader)
        if body is None:
            return
        receiver.receive(body)


async def _message(reader: asyncio.StreamReader) -> bytes | None:
    """The next message's body, None at the end; lines that are no header are passed over."""
    length: int | None = None
    try:
        while True:
            try:
                line = await reader.readline()
            except ValueError:
                # A line longer than any header; what was read of it is gone.
                continue
            if not line:
                return None
            name, _, value = line.partition(b":")
            if name.strip().lower() == b"content-length" and value.strip().isdigit():
                length = int(value)
            elif not line.strip() and length is not None:
                return await reader.readexactly(length)
    except asyncio.IncompleteReadError:
        return None


def from_descriptor(descriptor: int) -> asyncio.StreamReader:
    """A reader fed by a thread of its own; pipes, terminals and files on every platform.

    The thread is a daemon and reads the descriptor itself: it never keeps the process alive.
    """
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()

    def pump() -> None:
        try:
            while chunk := os.read(descriptor, _CHUNK):
                loop.call_soon_threadsafe(reader.feed_data, chunk)
            loop.call_soon_threadsafe(reader.feed_eof)
        except OSError:
            loop.call_soon_threadsafe(reader.feed_eof)
        except RuntimeError:
            # The loop is closed; nobody listens any more.
            return

    threading.Thread(target=pump, name="stdin", daemon=True).start()
    return reader
