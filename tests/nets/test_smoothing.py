"""Plain surfaces, made smooth before they are painted."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from tests.engines.tiny import make_workshop
from vidstyle.engines import Network, Precision
from vidstyle.engines.network import Input
from vidstyle.engines.openvino import has_bfloat16
from vidstyle.nets.pairs import continued
from vidstyle.nets.smoothing import correction


def smooth_levels(levels: Tensor, *, cell: int) -> Tensor:
    return levels + correction(levels, cell=cell)


def ramp(slope: float, *, height: int = 64, width: int = 96) -> Tensor:
    """A gradient downwards, in levels a pixel."""
    return (50 + slope * torch.arange(height)).view(1, 1, -1, 1).expand(1, 1, height, width)


@pytest.mark.parametrize("slope", [0.1, 0.25, 0.4])
def test_whole_levels_become_the_gradient_that_they_were(slope: float) -> None:
    true = ramp(slope)
    assert (true.round() - true).abs().max() > 0.4
    # But for the means of cells, in which levels do not come equally often.
    assert (smooth_levels(true.round(), cell=8) - true).abs().max() < 0.25
    assert (smooth_levels(true.round(), cell=8).diff(dim=2) - slope).abs().max() < 0.06


@pytest.mark.parametrize("slope", [0.2, 1.0, 3.0])
def test_a_gradient_stays_as_it_is_up_to_its_borders(slope: float) -> None:
    torch.testing.assert_close(smooth_levels(ramp(slope), cell=4), ramp(slope))


def test_blocks_of_few_levels_are_dissolved() -> None:
    blocks = torch.randint(0, 2, (1, 2, 12, 14), generator=torch.Generator().manual_seed(0))
    levels = 100 + blocks.float().repeat_interleave(8, dim=2).repeat_interleave(8, dim=3)
    edges = smooth_levels(levels, cell=8).diff(dim=3).abs()
    assert levels.diff(dim=3).abs().max() == 1
    assert edges.max() < 0.1


def test_edges_stay() -> None:
    levels = torch.full((1, 1, 64, 96), 100.0)
    levels[..., 48:] = 140
    step = smooth_levels(levels, cell=8)[..., 48] - smooth_levels(levels, cell=8)[..., 47]
    torch.testing.assert_close(step, torch.full_like(step, 40.0))


def test_texture_stays() -> None:
    noise = torch.randn(1, 1, 64, 96, generator=torch.Generator().manual_seed(0)) * 20 + 120
    assert (smooth_levels(noise, cell=8) - noise).abs().mean() < 0.3


@given(st.integers(1, 6), st.integers(1, 6), st.sampled_from([4, 8]), st.floats(-128, 255))
def test_a_plain_surface_of_any_size_stays_as_it_is(
    rows: int, columns: int, cell: int, level: float
) -> None:
    plain = torch.full((2, 3, rows * cell, columns * cell), level)
    torch.testing.assert_close(smooth_levels(plain, cell=cell), plain, atol=1e-3, rtol=0)


@given(st.integers(0, 10_000))
def test_no_pixel_changes_by_more_than_what_counts_as_plain(seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    spread = 1 + 100 * torch.rand(1, generator=generator)
    levels = 100 + spread * torch.randn(1, 1, 32, 40, generator=generator)
    assert (smooth_levels(levels, cell=8) - levels).abs().max() <= 1.6


class Correction(nn.Module):
    def forward(self, frames: Tensor) -> Tensor:
        return correction(continued(frames).permute(0, 3, 1, 2), cell=8)


def test_graphs_have_no_constants_of_the_host_s() -> None:
    """They would be copied to a GPU for every frame, which no CUDA graph can record."""
    frames = torch.zeros(1, 42, 61, 3, dtype=torch.uint8)
    assert not torch.export.export(Correction(), (frames,)).constants


@pytest.mark.skipif(not has_bfloat16(), reason="this CPU has no bf16")
def test_of_bright_surfaces_too_fractions_of_a_level_are_kept_in_bf16(tmp_path: Path) -> None:
    """As bf16 they themselves would be half a level off."""
    levels = np.linspace(200, 228, 96).round().astype(np.uint8)
    frames = np.broadcast_to(levels.reshape(1, -1, 1, 1), (1, 96, 64, 3)).copy()
    network = Network(
        name="correction",
        weights="2" * 64,
        inputs=(Input(dtype="uint8", shape=frames.shape),),
        make=Correction,
        examples=lambda module, frame, style: (frames,),
    )
    _, engine = make_workshop(tmp_path).build(network, precisions=[Precision.BF16])
    expected = Correction()(torch.from_numpy(frames)).numpy()
    assert np.abs(expected).max() > 0.4
    np.testing.assert_allclose(engine(frames), expected, atol=0.01)
