import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from vidstyle.stylizers.gatys.past import Past

CPU = torch.device("cpu")
HEIGHT, WIDTH = 64, 96


def texture() -> NDArray[np.uint8]:
    """Something with structure at several scales, wider than a frame."""
    noise = np.random.default_rng(0).integers(0, 255, (HEIGHT, 2 * WIDTH, 3)).astype(np.float32)
    smooth = sum(cv2.GaussianBlur(noise, (0, 0), sigma) * sigma for sigma in (1.5, 4, 9))
    assert not isinstance(smooth, int)
    low, high = smooth.min(), smooth.max()
    return np.asarray((smooth - low) / (high - low) * 255, np.uint8)


def frame(offset: int) -> NDArray[np.uint8]:
    """What a camera sees that moves to the right."""
    return np.ascontiguousarray(texture()[:, offset : offset + WIDTH])


def result(offset: int) -> Tensor:
    """A painting that moves as the frames do."""
    negative = 255 - frame(offset)
    return torch.from_numpy(negative).permute(2, 0, 1)[None].float() / 255


def base(count: int = 1) -> Tensor:
    return torch.full((count, 3, HEIGHT, WIDTH), 0.25)


def test_a_start_is_the_result_before_moved_along() -> None:
    past = Past([1], CPU)
    past.add(frame(0), result(0))

    anchor = past.anchor([frame(4)], base())

    inner = (..., slice(8, -8), slice(8, -12))
    assert float((anchor.start - result(4))[inner].abs().mean()) < 0.01
    assert float(anchor.term.weight[inner].mean()) > 0.95
    # The columns that have come in are seen nowhere else.
    assert float(anchor.term.weight[..., -4:].max()) == 0
    torch.testing.assert_close(anchor.start[..., -4:], base()[..., -4:])


def test_what_comes_in_gets_the_colours_beside_it() -> None:
    past = Past([1], CPU)
    past.add(frame(0), torch.full((1, 3, HEIGHT, WIDTH), 0.75))

    anchor = past.anchor([frame(4)])

    start = anchor.start
    seen = (anchor.term.weight == 1).expand_as(start)
    torch.testing.assert_close(start[seen], torch.full_like(start, 0.75)[seen])
    content = torch.from_numpy(frame(4)).permute(2, 0, 1)[None] / 255
    coming, bare = start[..., -4:], content[..., -4:]
    assert float((coming.mean() - 0.75).abs()) < 0.08
    assert float((coming - coming.mean() - bare + bare.mean()).abs().mean()) < 0.08


def test_an_older_frame_counts_where_no_newer_one_shows_a_pixel() -> None:
    past = Past([1, 2], CPU)
    past.add(frame(8), result(8))
    past.add(frame(0), result(0))  # The camera has gone back, and comes again.

    anchor = past.anchor([frame(8)], base())

    alone = Past([1], CPU)
    alone.add(frame(0), result(0))
    shorter = alone.anchor([frame(8)], base())
    assert float(shorter.term.weight[..., -8:].max()) == 0
    assert float(anchor.term.weight[..., -8:].mean()) > 0.9
    assert float(anchor.term.weight.max()) == 1
    assert float((anchor.start - result(8))[..., 8:-8, -8:].abs().mean()) < 0.02


def test_frames_of_a_batch_are_linked_to_each_other_and_to_those_before() -> None:
    past = Past([1, 2], CPU)
    past.add(frame(0), result(0))

    anchor = past.anchor([frame(2), frame(4), frame(6)], base(3))

    assert [(link.later, link.earlier) for link in anchor.term.links] == [
        (1, 0),
        (2, 1),
        (2, 0),
    ]
    assert float(anchor.term.weight[0].mean()) > 0.8
    assert float(anchor.term.weight[2].max()) == 0
    inner = (..., slice(8, -8), slice(8, -16))
    for number, offset in enumerate((2, 4, 6)):
        assert float((anchor.start[number] - result(offset)[0])[inner].abs().mean()) < 0.03


def test_the_start_may_keep_a_share_of_its_base() -> None:
    past = Past([1], CPU)
    past.add(frame(0), torch.full((1, 3, HEIGHT, WIDTH), 0.75))

    anchor = past.anchor([frame(0)], base(), share=0.5)

    assert float(anchor.start[..., 8:-8, 8:-8].mean()) == pytest.approx(0.5, abs=0.01)


def test_it_remembers_no_more_than_it_needs() -> None:
    past = Past([1, 2], CPU)
    for offset in range(5):
        past.add(frame(offset), result(offset))

    assert len(past) == 2
    past.clear()
    assert not past
