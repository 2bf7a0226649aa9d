"""The running server: its conversation over stdio or TCP, and its end."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO

import cattrs
from lsprotocol import converters, types
from pygls.lsp.server import LanguageServer
from pygls.protocol import (
    JsonRPCNotification,
    JsonRPCRequestMessage,
    JsonRPCResponseMessage,
    _params_field_structure_hook,
    _result_field_structure_hook,
)

from .. import __version__
from ..system.memory import return_large_blocks
from . import client, features
from .client import Client
from .wire import transport
from .wire.protocol import Protocol

if TYPE_CHECKING:
    from ..loading.standby import Standby
    from .state.session import Session

_POLL = 5.0


class Server(LanguageServer):
    """pygls' server with our session, which is made when the first message needs it."""

    protocol: Protocol

    def __init__(self, standby: Standby) -> None:
        super().__init__(
            "protohome", __version__, protocol_cls=Protocol, converter_factory=_converter
        )
        self.client = Client()
        self._standby = standby
        self.initialized: Any = None
        self.hang_up: Callable[[], None] = lambda: None
        features.register(self, features.FEATURES, lambda: self.session)
        features.register_commands(self, lambda: self.session)
        self.feature(types.INITIALIZE)(lambda params: self._initialize(params))
        self.feature(types.INITIALIZED)(lambda _params: self._start())

    @cached_property
    def session(self) -> Session:
        from .answers.showing.diagnostics import Publisher
        from .state.session import Session
        from .wire.host import Host

        options = self.initialized.initialization_options
        host, tops = Host(self), self._tops()
        return Session(host, self.client, Publisher, tops, options, self._standby)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Only the log: a request's error is in its answer, ours are told by the host."""
        logging.getLogger(__name__).error("%s", error, exc_info=error)

    def _initialize(self, params: types.InitializeParams) -> None:
        self.initialized = params
        encoding = self.workspace.position_encoding or "utf-16"
        self.client = client.read(params.capabilities, str(getattr(encoding, "value", encoding)))
        if self.client.pulls:
            features.register(self, features.PULLED, lambda: self.session)
        loop = asyncio.get_running_loop()
        # The answer goes out first; what the next message needs is imported meanwhile.
        loop.call_soon(lambda: self.session)
        _leave_with(params.process_id, self.hang_up)

    def _start(self) -> None:
        return_large_blocks()
        if self.client.watches:
            from .wire.watching import registration

            self.session.host.ask("client/registerCapability", registration())
        self.session.start()

    def _tops(self) -> list[str]:
        params = self.initialized
        if params.workspace_folders:
            return [folder.uri for folder in params.workspace_folders]
        root = self.workspace.root_uri
        return [root] if root else []


def run(address: tuple[str, int] | None, log_file: str | None, standby: Standby) -> int:
    """Serve one client on stdio, or the first that connects to ``address``; the exit code."""
    try:
        _log_to(log_file)
        server = Server(standby)
        if address is None:
            asyncio.run(_on_stdio(server))
        else:
            asyncio.run(_on_tcp(server, *address))
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        print(f"protohome-lsp: {error}", file=sys.stderr)
        return 2
    return server.protocol.exit_code or 0


def _log_to(file: str | None) -> None:
    if file:
        form = "%(asctime)s %(levelname)s %(name)s: %(message)s"
        logging.basicConfig(filename=file, level=logging.DEBUG, format=form)
    else:
        # Without a handler, Python prints warnings to stderr.
        logging.getLogger().addHandler(logging.NullHandler())


async def _on_stdio(server: Server) -> None:
    reader = transport.from_descriptor(sys.stdin.fileno())
    out: BinaryIO = sys.stdout.buffer
    loop = asyncio.get_running_loop()

    def lost() -> None:
        # Told in the writer's thread; a loop that is closed waits for nobody.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(reader.feed_eof)

    writer = transport.Writer(out, lost)
    server.protocol.set_writer(writer)
    # Whoever prints must not talk into the conversation.
    sys.stdout = sys.stderr
    try:
        await _converse(server, reader)
    finally:
        writer.close()


async def _on_tcp(server: Server, host: str, port: int) -> None:
    done = asyncio.Event()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener.close()
        server.protocol.set_writer(writer)
        try:
            await _converse(server, reader)
            writer.close()
        finally:
            done.set()

    listener = await asyncio.start_server(connected, host, port)
    name, bound = listener.sockets[0].getsockname()[:2]
    print(f"protohome-lsp: listening on {name}:{bound}", file=sys.stderr, flush=True)
    await done.wait()


async def _converse(server: Server, reader: asyncio.StreamReader) -> None:
    server.hang_up = reader.feed_eof
    await transport.converse(reader, server.protocol)
    server.protocol.leave()


def _leave_with(process: int | None, hang_up: Callable[[], None]) -> None:
    """Hang up when the client's process dies, even where something else holds our input open.

    A process that is not there to begin with is in another namespace, and no reason to leave.
    """
    loop = asyncio.get_running_loop()
    if process is None or os.name != "posix" or not _alive(process):
        return
    try:
        handle = os.pidfd_open(process)
    except (AttributeError, OSError):
        _poll(process, hang_up)
        return
    loop.add_reader(handle, hang_up)


def _poll(process: int, hang_up: Callable[[], None]) -> None:
    if _alive(process):
        asyncio.get_running_loop().call_later(_POLL, _poll, process, hang_up)
    else:
        hang_up()


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return process > 0


def _converter() -> cattrs.Converter:
    """The converter that pygls makes, with the faster of cattrs' two ways to read."""
    converter = converters.get_converter(cattrs.Converter(detailed_validation=False))
    converter.register_structure_hook(JsonRPCRequestMessage, _params_field_structure_hook)
    converter.register_structure_hook(JsonRPCNotification, _params_field_structure_hook)
    converter.register_structure_hook(JsonRPCResponseMessage, _result_field_structure_hook)
    return converter
