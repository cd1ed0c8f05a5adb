"""A proxy on loopback that lets a server die in the middle of an answer."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable


class Proxy:
    """Passes bytes on to a server until `limit` bytes of its answers have passed; then `fault` strikes.

    The faults: `reset` and `close` end the connection (hard, or as if all had been said), `stall` passes nothing on any
    more, and a function is called, once, while the connection goes on. After `reset` and `close` no connection is
    taken until `heal`.
    """

    def __init__(self, target_port: int) -> None:
        self.target_port = target_port
        self.limit: int | None = None
        self.fault: str | Callable[[], None] = "reset"
        self.passed = 0
        self.struck = False
        self.each: int | None = None  # bytes of answers that pass on any one connection, which then ends
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def break_after(self, limit: int, fault: "str | Callable[[], None]" = "reset") -> None:
        self.heal()
        self.limit, self.fault = limit, fault

    def heal(self) -> None:
        with self._lock:
            self.limit, self.passed, self.struck = None, 0, False
        self._end_all("close")

    def stop(self) -> None:
        self._listener.close()
        self._end_all("close")

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.struck and self.fault in ("reset", "close"):
                    client.close()
                    continue
                server = socket.socket()
                server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)  # so that little is under way
                try:
                    server.connect(("127.0.0.1", self.target_port))
                except OSError:
                    client.close()
                    continue
                self._open |= {client, server}
                threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, answer: bool) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(16384):
                passed += len(data)
                if answer and self.each is not None and passed > self.each:
                    for connection in (source, sink):
                        connection.shutdown(socket.SHUT_RDWR)
                    return
                if answer:
                    data = self._allowed(data)
                sink.sendall(data)
            if not self.struck or callable(self.fault):
                sink.shutdown(socket.SHUT_WR)

    def _allowed(self, data: bytes) -> bytes:
        with self._lock:
            if self.limit is None or self.passed + len(data) <= self.limit:
                self.passed += len(data)
                return data
            first, self.struck = not self.struck, True
            data = data if callable(self.fault) else data[: max(0, self.limit - self.passed)]
            self.passed = self.limit
        if callable(self.fault):
            if first:
                self.fault()
        elif self.fault == "stall":
            return b"" if not first else data
        elif first:
            threading.Timer(0.02, self._end_all, [self.fault]).start()  # what was allowed goes out first
        return data

    def _end_all(self, how: str) -> None:
        for connection in list(self._open):
            self._open.discard(connection)
            with contextlib.suppress(OSError):
                if how == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                # Whoever reads from it must wake up, or the connection outlives its closing.
                connection.shutdown(socket.SHUT_RD if how == "reset" else socket.SHUT_RDWR)
            connection.close()
