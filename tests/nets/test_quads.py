"""Pictures in quads and back."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vidstyle.nets.quads import from_quads, to_quads

lengths = st.integers(1, 70)


@given(height=lengths, width=lengths)
def test_pictures_of_any_size_come_back(height: int, width: int) -> None:
    pictures = torch.arange(2 * 3 * height * width).view(2, 3, height, width)

    quads = to_quads(pictures)

    assert torch.equal(from_quads(quads, height=height, width=width), pictures)
    assert (2 * quads.shape[2] % 8, 2 * quads.shape[3] % 8) == (0, 0)


@pytest.mark.parametrize("dtype", [torch.uint8, torch.float32, torch.bfloat16])
def test_the_type_is_kept(dtype: torch.dtype) -> None:
    assert to_quads(torch.zeros(1, 3, 8, 8, dtype=dtype)).dtype == dtype


def test_what_is_missing_is_the_mirror_image() -> None:
    row = torch.arange(20).view(1, 1, 1, 20).expand(1, 3, 9, 20)

    quads = to_quads(row)

    assert quads.shape == (1, 12, 8, 12)
    assert from_quads(quads, height=16, width=24)[0, 0, 0].tolist() == [*range(20), 18, 17, 16, 15]
