from vidstyle.video.timeline import DecodingTimes, Timeline


def run(stamps: list[int | None], step: int = 10) -> tuple[list[int], int]:
    timeline = Timeline()
    return [timeline(stamp, step) for stamp in stamps], timeline.repaired


def test_growing_stamps_pass_unchanged() -> None:
    assert run([-5, 0, 1, 300, 301]) == ([-5, 0, 1, 300, 301], 0)


def test_missing_stamps_are_filled_in() -> None:
    assert run([None, None, 50, None]) == ([0, 10, 50, 60], 0)


def test_a_doubled_stamp_moves_behind_the_last() -> None:
    assert run([0, 10, 10, 30]) == ([0, 10, 20, 30], 1)


def test_a_new_beginning_keeps_its_distances() -> None:
    assert run([1000, 1010, 0, 10, 35, 45]) == ([1000, 1010, 1020, 1030, 1055, 1065], 1)


def test_decoding_times_come_out_in_order() -> None:
    times = DecodingTimes()
    for dts in (0, 1, None, 3, 2):
        times.add(dts)
    assert [times.next() for _ in range(5)] == [0, 1, 2, 3, None]
