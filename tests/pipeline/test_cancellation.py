"""Which error wins, and what becomes of the others."""

from vidstyle.pipeline.cancellation import Cancellation
from vidstyle.pipeline.channel import Channel


def test_the_first_error_wins_and_the_next_is_its_note() -> None:
    cancellation = Cancellation([])
    first, second = ValueError("first"), OSError("second")
    with cancellation.guard("in stage 'model'"):
        raise first
    with cancellation.guard("in stage 'sink'"):
        raise second
    assert cancellation.error is first
    assert first.__notes__ == ["in stage 'model'", "then OSError: second (in stage 'sink')"]


def test_an_error_after_a_plain_cancel_is_kept() -> None:
    cancellation = Cancellation([])
    cancellation.cancel()
    assert cancellation.error is None
    error = ValueError()
    cancellation.cancel(error)
    assert cancellation.error is error


def test_every_channel_is_aborted() -> None:
    channels: list[Channel[int]] = [Channel(1), Channel(1)]
    channels[0].put(1)
    cancellation = Cancellation(channels)
    assert not cancellation.requested
    cancellation.cancel()
    assert cancellation.requested
    assert all(channel.closed and channel.depth == 0 for channel in channels)


def test_even_a_stop_iteration_is_kept() -> None:
    cancellation = Cancellation([])
    error = StopIteration()
    with cancellation.guard("in stage 'model'"):
        raise error
    assert cancellation.error is error
