"""A server of files on this machine, for downloads."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest


@dataclass
class FileServer:
    """Serves `files`; what is in `broken` breaks off after half of its bytes."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    requests: list[str] = field(default_factory=list)

    def url(self, name: str) -> str:
        """Where `name` is served."""
        return f"{self.address}/{name}"

    def respond(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        name = handler.path.removeprefix("/")
        self.requests.append(name)
        if name not in self.files:
            handler.send_error(404)
            return
        body = self.files[name]
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2] if name in self.broken else body)


@pytest.fixture
def file_server() -> Iterator[FileServer]:
    """A running `FileServer`."""
    served = FileServer()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served.respond))
    served.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    server.shutdown()
    thread.join()
    server.server_close()


def _handler(
    respond: Callable[[BaseHTTPRequestHandler], None],
) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            respond(self)

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    return Handler
