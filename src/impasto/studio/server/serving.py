"""Running the server: a free port, until Ctrl-C."""

from __future__ import annotations

import socket
from collections.abc import Callable

from fastapi import FastAPI

from impasto.errors import OutputError
from impasto.studio.server.settings import Limits

PORTS_TRIED = 50
GOODBYE_S = 3


def open_port(host: str, port: int) -> socket.socket:
    """A socket that listens on a port, or on the next one that is free.

    Args:
        host: The address.
        port: 0 for any.

    Raises:
        OutputError: if there is no such address here, or none of the ports is free.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    failure: OSError | None = None
    for candidate in range(port, port + (PORTS_TRIED if port else 1)):
        listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, candidate))
            listener.listen(128)
        except (OSError, OverflowError) as error:
            listener.close()
            failure = error if isinstance(error, OSError) else OSError(str(error))
            continue
        return listener
    raise OutputError(
        f"{host}:{port}: expected a free port there, but: {failure}; choose another with --port."
    )


def serve(
    app: FastAPI,
    listener: socket.socket,
    limits: Limits,
    on_start: Callable[[], None],
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Serve until the process is asked to end, or there is nothing left to serve.

    Args:
        app: What to serve.
        listener: Where it listens.
        limits: How large a message may be.
        on_start: Called when requests are answered.
        is_over: Asked several times a second whether to end.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                on_start()

        async def on_tick(self, counter: int) -> bool:
            return await super().on_tick(counter) or is_over()

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="websockets-sansio",
        ws_max_size=limits.message_bytes,
        # Patches are JPEG already.
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=GOODBYE_S,
    )
    Server(config).run(sockets=[listener])
