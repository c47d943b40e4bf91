"""The web server of a live run: its page, its picture, and commands."""

import json
import os
import socket
import sys
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from importlib.resources import files
from ipaddress import ip_address
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.serving.live_page import LivePage

_THIS_MACHINE = "127.0.0.1"
_MOST_BYTES = 16_000_000
"""Of what a viewer may send at once."""

_PICTURE_SECONDS = 5.0
"""How long a viewer waits for a picture at most."""

_POLL_SECONDS = 0.1
_BOUNDARY = "picture"
_POLICY = (
    "default-src 'none'; img-src 'self' blob: data:; connect-src 'self'; frame-ancestors 'none'; "
    "style-src 'unsafe-inline'; script-src 'unsafe-inline'"
)


def parse_address(text: str) -> tuple[str, int]:
    """Host and port of `8000`, `0.0.0.0:8000` or `[::]:8000`; without a host, this machine alone.

    Raises:
        UsageError: it is no address.
    """
    try:
        parts = urlsplit(f"//{_THIS_MACHINE}:{text}" if text.isdecimal() else f"//{text}")
        host, port = parts.hostname, parts.port
        (host or "").encode("idna")
    except ValueError:  # Or of names that no host can have: `UnicodeError` is one.
        host = port = None
    if host is None or port is None:
        raise UsageError(f"'{text}' is no address to serve at: write a port, or HOST:PORT")
    return host, port


class PageServer(ThreadingTCPServer):
    """Serves a page from its own threads, from when it is made until `close`.

    Args:
        page: what is served.
        address: as of `parse_address`; port 0 is any that is free.

    Raises:
        UsageError: it is no address.
        VidstyleError: nothing can be served there.
    """

    daemon_threads = True
    request_queue_size = 32
    # Of one that has just ended; on Windows it would be that of one that runs, too.
    allow_reuse_address = os.name == "posix"

    def __init__(self, page: LivePage, address: str) -> None:
        self.page = page
        self._host, port = parse_address(address)
        try:
            (self.address_family, *_, where), *_ = socket.getaddrinfo(
                self._host, port, type=socket.SOCK_STREAM
            )
            super().__init__(where, _Handler)  # type: ignore[arg-type]  # IPv6 has four parts.
        except OSError as error:
            raise VidstyleError(
                f"cannot serve at {self._host}:{port} ({error.strerror}): give --web another"
            ) from error
        Thread(
            target=self.serve_forever, args=(_POLL_SECONDS,), name="web server", daemon=True
        ).start()

    @property
    def url(self) -> str:
        """Where the page is, seen from this machine."""
        host = "localhost" if self._host in ("0.0.0.0", "::") else self._host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.server_address[1]}/"

    def is_called(self, host: str) -> bool:
        """Whether a `Host` header names this machine.

        Any other name is that of a foreign page, which has had it lead here (DNS rebinding).
        """
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        own = socket.gethostname().lower()
        short = own.partition(".")[0]
        named = {"localhost", self._host, own, short, f"{short}.local"}
        return name in named or _is_number(name)

    def close(self) -> None:
        """End it."""
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Viewers may go at any time; all else is a fault of the program."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: PageServer
    timeout = 30.0
    """Seconds, after which a viewer that takes nothing is given up."""

    def do_GET(self) -> None:
        if not self._is_welcome():
            return
        path, _, query = self.path.partition("?")
        match path:
            case "/":
                self._answer(_page(), kind="text/html; charset=utf-8")
            case "/status":
                self._answer(json.dumps(self.server.page.as_dict()).encode(), kind=_JSON)
            case "/picture.jpg":
                self._answer_with_picture()
            case "/style.jpg":
                self._answer_with_thumbnail(query)
            case "/live.mjpg":
                self._answer_with_pictures()
            case _:
                self._refuse(HTTPStatus.NOT_FOUND, "there is nothing here")

    def do_POST(self) -> None:
        if not self._is_welcome():
            return
        length = self.headers.get("Content-Length", "")
        # `int` refuses thousands of digits.
        if not length.isdecimal() or float(length) > _MOST_BYTES:
            self._refuse(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {_MOST_BYTES // 10**6} MB"
            )
            return
        data = self.rfile.read(int(length))
        path, _, query = self.path.partition("?")
        try:
            match path:
                case "/command":
                    self.server.page.obey(data.decode(errors="replace"))
                case "/style":
                    name = parse_qs(query).get("name", ["picture"])[0]
                    self.server.page.paint_after(name, data)
                case _:
                    self._refuse(HTTPStatus.NOT_FOUND, "there is nothing here")
                    return
        except UsageError as error:
            self._refuse(HTTPStatus.BAD_REQUEST, str(error))
        else:
            self._answer(b"{}", kind=_JSON, status=HTTPStatus.ACCEPTED)

    def log_message(self, format: str, *args: Any) -> None:
        """The terminal is the run's."""

    def _is_welcome(self) -> bool:
        """Whether the request is for this machine, and not a foreign page's; else it is refused."""
        host, origin = self.headers.get("Host", ""), self.headers.get("Origin")
        if self.server.is_called(host) and origin in (None, f"http://{host}", f"https://{host}"):
            return True
        self._refuse(HTTPStatus.FORBIDDEN, "use this machine's address or name, and its own page")
        return False

    def _answer_with_picture(self) -> None:
        newest = self.server.page.pictures.after(0, timeout_seconds=_PICTURE_SECONDS)
        if newest is None:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "there is no picture")
        else:
            self._answer(newest[1], kind="image/jpeg")

    def _answer_with_thumbnail(self, query: str) -> None:
        number = parse_qs(query).get("number", [""])[0]
        is_number = number.isdecimal() and len(number) < 5
        thumbnail = self.server.page.thumbnail(int(number)) if is_number else None
        if thumbnail is None:
            self._refuse(HTTPStatus.NOT_FOUND, "there is nothing here")
        else:
            self._answer(thumbnail, kind="image/jpeg")

    def _answer_with_pictures(self) -> None:
        """The newest picture again and again, for as long as the viewer takes them."""
        self.send_response(HTTPStatus.OK)
        self._send_headers(f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
        number = 0
        while newest := self.server.page.pictures.after(number, timeout_seconds=None):
            number, jpeg = newest
            head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(jpeg)}"
            self.wfile.write(head.encode() + b"\r\n\r\n" + jpeg + b"\r\n")

    def _answer(self, body: bytes, *, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self._send_headers(kind)
        self.wfile.write(body)

    def _refuse(self, status: HTTPStatus, why: str) -> None:
        self._answer(json.dumps({"error": why}).encode(), kind=_JSON, status=status)

    def _send_headers(self, kind: str) -> None:
        self.send_header("Content-Type", kind)
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Security-Policy", _POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()


_JSON = "application/json"


@cache
def _page() -> bytes:
    return files("vidstyle.serving").joinpath("page.html").read_bytes()


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
