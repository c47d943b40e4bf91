from collections.abc import Mapping
from pathlib import Path

import cv2
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from vidstyle.evaluation.cost import network_cost
from vidstyle.nets.cyclegan import ResnetGenerator, initialise
from vidstyle.nets.cyclegan_tiles import PictureStatistics, TileTransfer
from vidstyle.nets.generator_shape import GeneratorShape, Upsampling
from vidstyle.nets.graphs import PictureTransfer
from vidstyle.nets.patch_gan import PatchDiscriminator
from vidstyle.nets.pictures import from_pictures
from vidstyle.video.pictures import read_picture
from vidstyle.weights.checkpoint import load_checkpoint, read_state_dict

SMALL = GeneratorShape(widths=(2, 3, 4), block_widths=(4, 4))

shapes = st.builds(
    GeneratorShape,
    widths=st.tuples(*[st.integers(1, 5)] * 3),
    block_widths=st.lists(st.integers(1, 5), min_size=1, max_size=9).map(tuple),
    upsampling=st.sampled_from(Upsampling),
    separable=st.booleans(),
    dropout=st.booleans(),
)


def tensor_shapes(state: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(tensor.shape) for name, tensor in state.items()}


def test_the_published_generators_have_the_authors_names_and_sizes() -> None:
    nine = tensor_shapes(ResnetGenerator().state_dict())
    six = tensor_shapes(ResnetGenerator(GeneratorShape(block_widths=(256,) * 6)).state_dict())

    assert sum(torch.Size(shape).numel() for shape in nine.values()) == 11_378_179
    assert sum(torch.Size(shape).numel() for shape in six.values()) == 7_837_699
    assert nine["model.1.weight"] == (64, 3, 7, 7)
    assert nine["model.10.conv_block.1.weight"] == (256, 256, 3, 3)
    assert nine["model.18.conv_block.5.bias"] == (256,)
    assert nine["model.19.weight"] == (256, 128, 3, 3), "transposed: inputs first"
    assert nine["model.26.weight"] == (3, 64, 7, 7)
    assert six["model.23.weight"] == (3, 64, 7, 7)


@settings(max_examples=30)
@given(shapes)
def test_a_generator_is_known_by_its_weights(shape: GeneratorShape) -> None:
    state = ResnetGenerator(shape).state_dict()

    assert GeneratorShape.of_weights(tensor_shapes(state)) == shape


@pytest.mark.parametrize(
    "missing", ["model.1.weight", "model.7.weight", "model.10.conv_block.1.weight"]
)
def test_weights_of_something_else_are_told(missing: str) -> None:
    state = tensor_shapes(ResnetGenerator(SMALL).state_dict())
    state.pop(missing)

    assert GeneratorShape.of_weights(state) is None
    assert GeneratorShape.of_weights({}) is None


@pytest.mark.parametrize("upsampling", Upsampling)
def test_pictures_keep_their_size_and_range(upsampling: Upsampling) -> None:
    shape = GeneratorShape(widths=(2, 3, 4), block_widths=(4,), upsampling=upsampling)
    generator = ResnetGenerator(shape).eval()

    with torch.no_grad():
        translated = generator(torch.rand(2, 3, 12, 20))

    assert translated.shape == (2, 3, 12, 20)
    assert translated.min() >= 0
    assert translated.max() <= 1


def test_training_and_use_compute_the_same() -> None:
    generator = ResnetGenerator(SMALL)
    pictures = torch.rand(2, 3, 16, 16)

    with torch.no_grad():
        torch.testing.assert_close(
            generator.train()(pictures), generator.eval()(pictures), rtol=1e-3, atol=1e-4
        )


@pytest.mark.parametrize(
    "shape",
    [
        GeneratorShape(widths=(2, 3, 4), block_widths=(4, 5), upsampling=Upsampling.RESIZE),
        GeneratorShape(widths=(2, 3, 4), block_widths=(4, 5), separable=True),
    ],
    ids=["resize", "separable"],
)
def test_costs_are_counted(shape: GeneratorShape) -> None:
    generator = ResnetGenerator(shape).eval().requires_grad_(False)

    counted = network_cost(generator, torch.zeros(1, 3, 64, 64)).multiply_adds

    assert counted / 64**2 == pytest.approx(shape.multiply_adds, rel=0.15)


def test_what_changes_reaches_no_further_than_said() -> None:
    generator = ResnetGenerator(SMALL).eval().requires_grad_(False)
    frames = torch.randint(0, 256, (1, 96, 96, 3), dtype=torch.uint8)
    found = PictureStatistics(generator)(frames)
    changed = frames.clone()
    changed[:, :, :8] = 255 - changed[:, :, :8]
    tile, full = TileTransfer(generator), torch.ones(1)

    first, second = tile(frames, full, found), tile(changed, full, found)

    differs = (first != second).any(dim=3).any(dim=1)[0].nonzero()
    assert 8 < int(differs.max()) < 8 + SMALL.reach


def test_statistics_of_a_picture_paint_it_as_it_is_painted_alone() -> None:
    generator = ResnetGenerator(SMALL).eval().requires_grad_(False)
    frames, full = torch.randint(0, 256, (1, 24, 32, 3), dtype=torch.uint8), torch.ones(1)
    found = PictureStatistics(generator)(frames)

    assert found.shape == (2, 1, sum(SMALL.normalised_channels), 1, 1)
    assert torch.equal(
        TileTransfer(generator)(frames, full, found), PictureTransfer(generator)(frames, full)
    )


def test_a_published_generator_turns_horses_into_stripes(
    shared_weights: Path, shared_data: Path
) -> None:
    path = shared_weights / "cyclegan_horse2zebra_gancompressed.fp16.safetensors"
    shape = GeneratorShape.of_weights(tensor_shapes(read_state_dict(path)))
    assert shape is not None
    generator = ResnetGenerator(shape).eval().requires_grad_(False)
    load_checkpoint(generator, path)
    photograph = read_picture(shared_data / "content" / "imgnet_n03538406_horse_cart.jpg")
    picture = from_pictures(cv2.resize(photograph, (256, 256)))

    translated = generator(picture)

    horse = (slice(None), slice(None), slice(134, 184), slice(104, 190))
    assert _brownness(translated[horse]) < 0.3 * _brownness(picture[horse])
    assert (translated - picture).abs().mean() < 0.15, "the rest stays"


def test_discriminators_have_the_authors_names_and_see_70_pixels() -> None:
    discriminator = PatchDiscriminator()

    names = [name for name in discriminator.state_dict() if name.endswith("weight")]
    assert names == [f"model.{place}.weight" for place in (0, 2, 5, 8, 11)]
    assert sum(each.numel() for each in discriminator.parameters()) == 2_764_737

    # Without normalisation, which sees all of the picture.
    seen = torch.zeros(1, 3, 256, 256, requires_grad=True)
    convolutions = [m for m in discriminator.model if isinstance(m, torch.nn.Conv2d)]
    scores = torch.nn.Sequential(*convolutions)(seen)
    assert scores.shape == (1, 1, 30, 30)
    scores[0, 0, 15, 15].backward()
    assert seen.grad is not None
    rows = seen.grad.abs().sum(dim=(0, 1, 3)).nonzero()
    assert int(rows.max() - rows.min()) + 1 == 70


def test_weights_begin_small() -> None:
    generator = ResnetGenerator(GeneratorShape(widths=(16, 16, 16), block_widths=(16,)))
    torch.manual_seed(0)
    initialise(generator)

    weights = generator.get_parameter("model.1.weight")
    assert float(weights.detach().std()) == pytest.approx(0.02, rel=0.1)
    assert not generator.get_parameter("model.1.bias").any()


def _brownness(pictures: Tensor) -> Tensor:
    return (pictures[:, 0] - pictures[:, 2]).mean()
