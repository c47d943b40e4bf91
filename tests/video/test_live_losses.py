"""Live streams that stall, end, vanish, and come back."""

import socket
from contextlib import ExitStack

import pytest

from tests.pipeline.harness import within
from tests.video.sending import SMALL, Sender, level, running
from vidstyle.video import live_container, stream_source
from vidstyle.video.convert import Size
from vidstyle.video.live_input import LiveInput
from vidstyle.video.live_source import LiveSource
from vidstyle.video.source import SourceError


def opening(text: str) -> str:
    """What is said when it cannot be opened."""
    with pytest.raises(SourceError) as caught:
        within(lambda: LiveSource(LiveInput.parse(text)))
    return str(caught.value)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_a_stream_that_is_not_there_is_an_error_at_the_beginning() -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    assert opening(url) == f"cannot open {url}: connection refused"


def test_a_password_is_not_shown() -> None:
    port = free_port()
    said = opening(f"http://user:secret@127.0.0.1:{port}/live")
    assert said == f"cannot open http://127.0.0.1:{port}/live: connection refused"


def test_a_stream_that_never_begins_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_container, "_OPENING_SECONDS", 0.2)
    url = f"udp://127.0.0.1:{free_port()}"
    assert opening(url) == f"cannot open {url}: no video came within 0.2 seconds"


def test_a_stream_that_ends_comes_back_with_another_size() -> None:
    with Sender() as sender, running(sender.url) as run:
        sender.show(100)
        before = run.until(100)
        sender.vanish()
        assert run.event() == f"{sender.url} has ended; waiting for it to come back"
        with Sender(Size(32, 80), port=sender.port) as returned:
            returned.show(200)
            after = run.until(200)
            returned.show(201)
            assert run.event().startswith(f"{sender.url} is back after ")
            assert run.events.empty()
    assert (level(before), level(after)) == (100, 200)
    assert "64x48" in str(before.picture)
    assert "32x80" in str(after.picture)
    assert (after.index, after.pts) > (before.index, before.pts)
    assert after.captured is not None
    assert before.captured is not None
    assert after.captured > before.captured


def test_the_size_of_a_return_is_told_if_it_is_another() -> None:
    with ExitStack() as senders:
        sender = senders.enter_context(Sender())
        with running(sender.url) as run:
            for size, is_new in ((SMALL, False), (Size(32, 80), True), (Size(32, 80), False)):
                sender.show(1)
                run.until(1)
                sender.vanish()
                run.event()
                sender = senders.enter_context(Sender(size, port=sender.port))
                sender.show(2)
                run.until(2)
                sender.show(3)
                assert run.event().endswith(f", now {size}") is is_new


def test_silence_is_told_once_and_so_is_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream_source, "SILENCE_SECONDS", 0.05)
    with Sender() as sender, running(sender.url) as run:
        sender.show(1)
        run.until(1)
        assert "has given no picture for" in run.event()
        sender.show(2)
        run.until(2)
        sender.show(3)
        assert "is back after" in run.event()
        assert "has given no picture for" in run.event()
        run.until(3)


def test_a_stream_without_data_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_container, "_READING_SECONDS", 0.1)
    with Sender() as sender, running(sender.url) as run:
        sender.show(1)
        run.until(1)
        assert "waiting for it to come back" in run.event()
        sender.vanish()
        with Sender(port=sender.port) as again:
            again.show(5)
            run.until(5)
