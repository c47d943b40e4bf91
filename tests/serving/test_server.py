"""What the web server of a live run answers."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from vidstyle.errors import UsageError, VidstyleError
from vidstyle.runs.live.latency import LatencyFigures
from vidstyle.runs.live.report import LiveStatus
from vidstyle.runs.live.stages import LiveFrame
from vidstyle.runs.live.state import LiveState
from vidstyle.runs.loading import StyleWish
from vidstyle.serving.live_page import LivePage
from vidstyle.serving.server import PageServer, parse_address
from vidstyle.serving.thumbnails import thumbnail_of
from vidstyle.video.convert import Size

STATUS = LiveStatus(
    seconds=1.5,
    frames=30,
    fps=25.0,
    style="ink",
    styles=(StyleWish("ink"), StyleWish("mosaic")),
    size=Size(64, 48),
    state=LiveState(),
    recording="",
    latency={"web page": LatencyFigures(count=0, p50_ms=0, p95_ms=0, p99_ms=0)},
    drops={"source": 2},
)


def frame(level: int) -> LiveFrame:
    picture = np.full((48, 64, 3), (level, 0, 0), np.uint8)
    return LiveFrame(
        picture=picture,
        index=0,
        pts=0,
        time_base=Fraction(1, 25),
        original=picture,
        content=picture,
        state=LiveState(),
    )


@pytest.fixture
def page(tmp_path: Path) -> LivePage:
    page = LivePage(tmp_path)
    page.show(STATUS)
    return page


@pytest.fixture
def server(page: LivePage) -> Iterator[PageServer]:
    with closing(PageServer(page, "0")) as server:
        yield server


def ask(
    server: PageServer,
    path: str,
    *,
    data: bytes | str | None = None,
    headers: dict[str, str] | None = None,
) -> HTTPResponse:
    connection = HTTPConnection(*server.server_address[:2], timeout=10)  # type: ignore[arg-type]
    connection.request("GET" if data is None else "POST", path, body=data, headers=headers or {})
    return connection.getresponse()


def error_of(answer: HTTPResponse) -> Any:
    return json.loads(answer.read())["error"]


def red(jpeg: bytes) -> int:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert picture is not None
    assert picture.shape == (48, 64, 3)
    return int(picture[..., 0].mean().round())


def test_the_page_needs_nothing_from_elsewhere(server: PageServer) -> None:
    answer = ask(server, "/")
    text = answer.read().decode()
    assert answer.status == 200
    assert "<title>vidstyle</title>" in text
    assert "://" not in text
    assert "default-src 'none'" in (answer.getheader("Content-Security-Policy") or "")


def test_the_status_has_all_figures_and_the_last_messages(
    server: PageServer, page: LivePage
) -> None:
    for number in range(9):
        page.say(f"message {number}")
    status = json.loads(ask(server, "/status").read())
    assert (status["style"], status["styles"]) == ("ink", ["ink", "mosaic"])
    assert (status["size"], status["state"]["strength"]) == ("64x48", 1.0)
    assert status["drops"] == {"source": 2}
    assert status["messages"] == [f"message {number}" for number in range(4, 9)]


def test_before_the_first_status_there_are_messages_alone(tmp_path: Path) -> None:
    page = LivePage(tmp_path)
    page.say("loading")
    assert page.as_dict() == {"messages": ["loading"]}


def test_one_picture_is_the_newest(server: PageServer, page: LivePage) -> None:
    for level in (50, 200):
        page.pictures.write(frame(level))
    answer = ask(server, "/picture.jpg")
    assert answer.getheader("Content-Type") == "image/jpeg"
    assert abs(red(answer.read()) - 200) < 4


def test_pictures_come_one_after_another_until_the_run_ends(
    server: PageServer, page: LivePage
) -> None:
    page.pictures.write(frame(50))
    answer = ask(server, "/live.mjpg")
    for level in (50, 200):
        if level == 200:
            page.pictures.write(frame(level))
        head = {}
        assert answer.readline() == b"--picture\r\n"
        while line := answer.readline().strip():
            name, value = line.decode().split(": ")
            head[name] = value
        assert head["Content-Type"] == "image/jpeg"
        assert abs(red(answer.read(int(head["Content-Length"]))) - level) < 4
        assert answer.readline() == b"\r\n"
    page.pictures.close()
    assert answer.read() == b""


def test_pictures_come_however_late(
    server: PageServer, page: LivePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = page.pictures.after

    def none_in_time(number: int, *, timeout_seconds: float | None) -> tuple[int, bytes] | None:
        return after(number, timeout_seconds=None) if timeout_seconds is None else None

    monkeypatch.setattr(page.pictures, "after", none_in_time)
    answer = ask(server, "/live.mjpg")
    page.pictures.write(frame(50))
    assert answer.readline() == b"--picture\r\n"
    page.pictures.close()


def test_commands_are_passed_on(server: PageServer, page: LivePage) -> None:
    lines = ["strength 0.5", "style mosaic", "style 2", "next", "still", "record on"]
    for line in lines:
        assert ask(server, "/command", data=line).status == 202
    reading = iter(page.lines)
    assert [next(reading) for _ in lines] == lines


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("strenth 1", "did you mean 'strength'?"),
        ("strength 7", "'7' is not a number from 0 to 1"),
        ("style /etc/hostname", "no such style in the list: /etc/hostname: send its picture"),
        ("mix ink:1 other.jpg:1", "no such style in the list: other.jpg"),
        ("still /tmp/still.png", "still.png cannot be named from here"),
        ("record on out.mp4", "out.mp4 cannot be named from here"),
        (b"\xff\x00", "a line cannot hold a NUL character"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    server: PageServer, line: str | bytes, error: str
) -> None:
    answer = ask(server, "/command", data=line)
    assert answer.status == 400
    assert error in error_of(answer)


def test_a_picture_that_is_sent_becomes_the_style(
    server: PageServer, page: LivePage, tmp_path: Path
) -> None:
    pngs = [cv2.imencode(".png", np.full((8, 8, 3), n, np.uint8))[1].tobytes() for n in (0, 9)]
    for png in pngs:
        assert ask(server, "/style?name=../my%20cat", data=png).status == 202
    for png, line in zip(pngs, page.lines, strict=False):
        path = Path(line.removeprefix('style "').removesuffix('"'))
        assert (path.name, path.parent.parent) == ("___my_cat.jpg", tmp_path)
        assert path.read_bytes() == png


def test_styles_of_the_list_have_thumbnails(server: PageServer, page: LivePage) -> None:
    ink, mosaic = (ask(server, f"/style.jpg?number={number}").read() for number in (0, 1))
    assert ink == thumbnail_of(StyleWish("ink")) != mosaic
    for wrong in ("2", "-1", "ink", "", "9" * 5000):
        assert ask(server, f"/style.jpg?number={wrong}").status == 404


def test_what_is_no_picture_is_refused(server: PageServer) -> None:
    answer = ask(server, "/style?name=text", data=b"no picture")
    assert answer.status == 400
    assert "text.jpg is not a picture that can be read" in error_of(answer)


def test_what_is_too_large_is_not_read(server: PageServer) -> None:
    for length in ("16000001", "9" * 5000, "-1", "many"):
        answer = ask(server, "/style", data=b"", headers={"Content-Length": length})
        assert (answer.status, error_of(answer)) == (413, "send at most 16 MB")


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/status/x", "HTTP://["])
def test_there_is_nothing_else(server: PageServer, path: str) -> None:
    assert ask(server, path).status == 404
    assert ask(server, path, data="next").status == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "foreign.example"},
        {"Origin": "http://foreign.example"},
        {"Host": ""},
        {"Host": "["},
    ],
)
def test_foreign_pages_are_refused(server: PageServer, headers: dict[str, str]) -> None:
    assert ask(server, "/status", headers=headers).status == 403
    assert ask(server, "/command", data="quit", headers=headers).status == 403


@pytest.mark.parametrize("name", ["Studio", "studio.local", "studio.example.com"])
def test_its_own_page_is_welcome(
    server: PageServer, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("socket.gethostname", lambda: name)
    for host in ("localhost:80", "192.168.1.5:8000", "[::1]:80", "studio:80", "studio.local:80"):
        headers = {"Host": host, "Origin": f"http://{host}"}
        assert ask(server, "/command", data="next", headers=headers).status == 202


def test_a_viewer_that_goes_is_no_error(
    server: PageServer, page: LivePage, capfd: pytest.CaptureFixture[str]
) -> None:
    page.pictures.write(replace(frame(1), picture=np.zeros((2000, 2000, 3), np.uint8)))
    answer = ask(server, "/live.mjpg")
    answer.readline()
    answer.close()
    for level in range(20):
        page.pictures.write(frame(level))
        ask(server, "/picture.jpg").read()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("8000", ("127.0.0.1", 8000)),
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("[::]:8000", ("::", 8000)),
        ("studio:8000", ("studio", 8000)),
    ],
)
def test_an_address_has_a_port_and_may_have_a_host(text: str, address: tuple[str, int]) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    "text", ["", "here", "a:b", ":", "65536", "a:65536", "[::1", "::1", "a..b:80"]
)
def test_what_is_no_address_is_one_line(text: str) -> None:
    with pytest.raises(UsageError, match="is no address to serve at: write a port, or HOST:PORT"):
        parse_address(text)


def test_a_port_that_is_taken_is_one_line(server: PageServer, page: LivePage) -> None:
    taken = str(server.server_address[1])
    with pytest.raises(VidstyleError, match=rf"cannot serve at 127\.0\.0\.1:{taken} \(.*in use"):
        PageServer(page, taken)


def test_the_page_is_found_from_this_machine(page: LivePage) -> None:
    with closing(PageServer(page, "0.0.0.0:0")) as server:
        assert server.url == f"http://localhost:{server.server_address[1]}/"
