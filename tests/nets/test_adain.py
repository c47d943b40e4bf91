from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from vidstyle.nets.adain import (
    AdaINDecoder,
    ShallowDecoder,
    adaptive_instance_normalization,
    channel_statistics,
)
from vidstyle.nets.vgg import NormalisedVGGEncoder


def test_statistics_are_the_papers() -> None:
    features = torch.tensor([[[[1.0, 3.0]], [[5.0, 5.0]]]])

    mean, std = channel_statistics(features)

    assert mean.flatten().tolist() == [2.0, 5.0]
    assert std.flatten().tolist() == pytest.approx([1.0, 1e-5**0.5], rel=1e-4)


def test_statistics_are_single_precision_for_half_precision_features() -> None:
    features = torch.full((1, 1, 64, 64), 300.0).half()
    features[..., 0] = 200.0

    mean, std = channel_statistics(features)

    assert mean.dtype == std.dtype == torch.float32
    assert std.item() == pytest.approx(features.double().std(correction=0).item(), rel=1e-4)


def test_a_single_pixel_has_statistics() -> None:
    mean, std = channel_statistics(torch.ones(1, 2, 1, 1))

    assert torch.isfinite(mean).all()
    assert (std > 0).all()


def test_the_result_has_the_styles_statistics() -> None:
    generator = torch.Generator().manual_seed(0)
    content = torch.rand(2, 3, 20, 20, generator=generator)
    mean, std = torch.randn(1, 3, 1, 1, generator=generator), torch.tensor(0.7).expand(1, 3, 1, 1)

    result = adaptive_instance_normalization(content, mean, std)

    found_mean, found_std = channel_statistics(result)
    torch.testing.assert_close(found_mean, mean.expand(2, 3, 1, 1))
    torch.testing.assert_close(found_std, std.expand(2, 3, 1, 1), rtol=1e-3, atol=1e-3)


def test_its_own_statistics_give_the_content_back() -> None:
    content = torch.rand(1, 3, 8, 8)

    result = adaptive_instance_normalization(content, *channel_statistics(content))

    torch.testing.assert_close(result, content)


def test_precision_of_the_content_is_kept() -> None:
    content = torch.rand(1, 2, 4, 4).half()
    statistics = channel_statistics(content)

    assert adaptive_instance_normalization(content, *statistics).dtype == torch.float16


def test_the_papers_decoder_has_the_published_names() -> None:
    names = [name for name in AdaINDecoder().state_dict() if name.endswith("weight")]

    assert [int(name.split(".")[0]) for name in names] == [1, 5, 8, 11, 14, 18, 21, 25, 28]


def test_the_decoders_give_pictures() -> None:
    with torch.inference_mode():
        assert AdaINDecoder()(torch.rand(1, 512, 2, 3)).shape == (1, 3, 16, 24)
        assert ShallowDecoder()(torch.rand(2, 256, 2, 3)).shape == (2, 3, 8, 12)


@pytest.mark.parametrize(("side", "decibels"), [(256, 24.5), (384, 22.0)])
def test_photographs_survive_encoder_and_decoder(
    shared_weights: Path, shared_data: Path, side: int, decibels: float
) -> None:
    """At least as well as was measured of these weights by others."""
    encoder, decoder = NormalisedVGGEncoder("relu3_1"), ShallowDecoder()
    encoder.load_state_dict(load_file(shared_weights / "vgg_normalised_relu4_1.fp16.safetensors"))
    decoder.load_state_dict(load_file(shared_weights / "wct_decoder_relu3_1.fp16.safetensors"))

    measured = []
    for path in sorted((shared_data / "val" / "content").glob("*.jpg"))[::10]:
        picture = _photograph(path, side)
        with torch.inference_mode():
            result = decoder(encoder(picture)).clamp(0, 1)
        measured.append(-10 * torch.log10((result - picture).square().mean()).item())

    assert np.mean(measured) > decibels


def _photograph(path: Path, side: int) -> torch.Tensor:
    """The picture's middle square, RGB (1, 3, side, side)."""
    read = cv2.imread(str(path))
    assert read is not None
    picture = cv2.cvtColor(read, cv2.COLOR_BGR2RGB)
    height, width = picture.shape[:2]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    square = cv2.resize(picture[top : top + short, left : left + short], (side, side))
    return torch.from_numpy(square).permute(2, 0, 1)[None].float() / 255
