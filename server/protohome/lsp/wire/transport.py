"""Messages over stdio or a socket: LSP 3.17, "Base Protocol"."""

from __future__ import annotations

import asyncio
import os
import queue
import re
import threading
from collections.abc import Callable
from typing import BinaryIO, Protocol

_CHUNK = 1 << 16


# A document has at most this many bytes here, with what JSON adds to them; what says it has more is
# no message.
_HEADER = re.compile(rb"(?i)content-length:[ \t]*(\d{1,8})[ \t]*\r?\n(?:[^\r\n]+\r?\n)*?\r?\n")
# No header is longer; so much of what is none is kept, as its end may be one's beginning.
_LONGEST = 8192
# A client that lets so many bytes wait has stopped reading.
_MOST_WAITING = 1 << 28
# How long the last answers may take to be read when all is over, in seconds.
_FAREWELL = 2.0


class Receiver(Protocol):
    """Who handles messages, until it has exited."""

    @property
    def exited(self) -> bool: ...

    def receive(self, body: bytes) -> bool:
        """Whether the body could be read as a message."""
        ...


class Writer:
    """Writes to the client in a thread, so that one that stops reading holds up nobody else.

    A client that is gone, or lets too much wait, is no error: ``on_lost`` is told, in any thread.
    """

    def __init__(self, stream: BinaryIO, on_lost: Callable[[], None]) -> None:
        self._stream, self._on_lost = stream, on_lost
        self._waiting: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._size = 0
        self._lost = False
        self._counting = threading.Lock()
        self._thread = threading.Thread(target=self._pump, name="stdout", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        with self._counting:
            self._size += len(data)
            too_much = self._size > _MOST_WAITING
        if too_much:
            self._lose()
        elif not self._lost:
            self._waiting.put(data)

    def close(self) -> None:
        """Leave the stream to its owner, once what waits is written or nobody takes it."""
        self._waiting.put(None)
        self._thread.join(_FAREWELL)

    def _pump(self) -> None:
        while (data := self._waiting.get()) is not None:
            try:
                self._stream.write(data)
                self._stream.flush()
            except (OSError, ValueError):
                self._lose()
                return
            with self._counting:
                self._size -= len(data)

    def _lose(self) -> None:
        if not self._lost:
            self._lost = True
            self._on_lost()


class Messages:
    """The bodies in a stream, one after the other; what is no message is passed over."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._bytes = bytearray()

    async def next(self) -> bytes | None:
        """The next body, None at the end of the stream."""
        while (header := _HEADER.search(self._bytes)) is None:
            del self._bytes[:-_LONGEST]
            if not await self._more():
                return None
        length, start = int(header[1]), header.end()
        while len(self._bytes) < start + length:
            if not await self._more():
                return None
        body = bytes(self._bytes[start : start + length])
        del self._bytes[: start + length]
        return body

    def put_back(self, body: bytes) -> None:
        """Read the body again if another message begins within it: its length was wrong.

        JSON has no line breaks in strings, so none holds what looks like a header.
        """
        header = _HEADER.search(body)
        if header is not None:
            self._bytes[:0] = body[header.start() :]

    async def _more(self) -> bool:
        chunk = await self._reader.read(_CHUNK)
        self._bytes += chunk
        return bool(chunk)


async def converse(reader: asyncio.StreamReader, receiver: Receiver) -> None:
    """Hand over messages until the stream ends or the receiver has exited."""
    messages = Messages(reader)
    while not receiver.exited:
        body = await messages.next()
        if body is None:
            return
        if not receiver.receive(body):
            messages.put_back(body)


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
