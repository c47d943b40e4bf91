"""Work that does not hold up frames."""

from threading import Event, current_thread

from vidstyle.runs.live.background import Background


def no_error(error: BaseException) -> None:
    raise AssertionError from error


def test_jobs_are_done_in_turn_and_urgent_ones_first() -> None:
    background = Background("test", on_error=no_error)
    begun, go, done = Event(), Event(), Event()
    order: list[str] = []

    def first() -> None:
        begun.set()
        assert go.wait(10)

    background.soon(first)
    assert begun.wait(10)
    background.soon(lambda: order.append("a"))
    background.soon(lambda: order.append("b"))
    background.soon(done.set)
    background.next(lambda: order.append("urgent"))
    go.set()
    assert done.wait(10)
    assert order == ["urgent", "a", "b"]
    background.close(timeout=10)


def test_an_error_is_told_and_the_next_job_done() -> None:
    told: list[BaseException] = []
    done = Event()
    background = Background("test", on_error=told.append)
    error = ValueError("no luck")

    def fail() -> None:
        raise error

    background.soon(fail)
    background.soon(done.set)
    assert done.wait(10)
    assert told == [error]
    background.close(timeout=10)


def test_what_waits_is_done_at_the_end() -> None:
    background = Background("test", on_error=no_error)
    begun, go = Event(), Event()
    done: list[int] = []

    def work() -> None:
        begun.set()
        assert go.wait(10)

    background.soon(work)
    assert begun.wait(10)
    for number in range(3):
        background.soon(lambda number=number: done.append(number))  # type: ignore[misc]
    assert not background.finish(timeout=0)
    go.set()
    assert background.finish(timeout=10)
    assert done == [0, 1, 2]


def test_closing_waits_for_the_job_at_work_and_forgets_the_others() -> None:
    background = Background("test", on_error=no_error)
    begun, go = Event(), Event()
    names: list[str] = []

    def work() -> None:
        begun.set()
        assert go.wait(10)
        names.append(current_thread().name)

    background.soon(work)
    assert begun.wait(10)
    background.soon(lambda: names.append("forgotten"))
    background.close(timeout=0)
    go.set()
    background.close(timeout=10)
    assert names == ["test"]
