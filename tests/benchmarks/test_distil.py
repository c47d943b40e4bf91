import sys
from dataclasses import replace
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.distil.__main__ import main
from benchmarks.distil.learning import learn, likeness
from benchmarks.distil.lessons import Lessons
from benchmarks.distil.teacher import TeacherTrunk
from benchmarks.ship_weights.card import as_toml
from tests.training.conftest import write_pictures
from vidstyle.engines import open_eager
from vidstyle.losses.features import LossNetwork
from vidstyle.nets.adain_lite import StyleEncoder
from vidstyle.nets.lite_trunk import LiteShape, LiteTrunk
from vidstyle.stylizers.adain_lite import AdaINLite
from vidstyle.stylizers.style import Style
from vidstyle.training.picture_set import PictureSet
from vidstyle.weights.style_codes import StyleCodes

HEAVY = LiteShape(quarter_blocks=(1, 2))


def trunk_state() -> dict[str, Tensor]:
    """Random weights of a teacher, that paint with some contrast."""
    torch.manual_seed(0)
    trunk = LiteTrunk(HEAVY)
    trunk.head.weight.data *= 5
    # A teacher's blocks have no bias between their convolutions.
    state = trunk.state_dict()
    return {name: each for name, each in state.items() if not name.endswith("first.1.bias")}


@pytest.fixture
def teacher() -> TeacherTrunk:
    return TeacherTrunk(trunk_state())


@pytest.fixture
def lessons(teacher: TeacherTrunk) -> Lessons:
    generator = torch.Generator().manual_seed(3)
    coarse = torch.rand(4, 3, 8, 8, generator=generator)
    pixels = (functional.interpolate(coarse, size=(64, 64), mode="bicubic") * 255).clamp(0, 255)
    return Lessons(
        photographs=PictureSet(pixels.to(torch.uint8), (Path("a"),) * 4, ()),
        named=0.3 * torch.randn(2, teacher.code_size, generator=generator),
        pictured=0.3 * torch.randn(3, teacher.code_size, generator=generator),
        side=48,
        batch=2,
    )


def test_pictures_are_pictures_and_codes_are_codes(lessons: Lessons) -> None:
    generator = torch.Generator().manual_seed(0)

    for _ in range(40):
        pictures, codes = lessons(generator)

        assert pictures.shape == (2, 3, 48, 48)
        assert pictures.min() >= 0
        assert pictures.max() <= 1
        assert codes.shape == (2, lessons.named.shape[1])


def test_a_network_of_one_style_has_one_code(lessons: Lessons) -> None:
    one = replace(lessons, named=lessons.named[:1], pictured=torch.empty(0))

    _, codes = one(torch.Generator().manual_seed(0))

    assert (codes == lessons.named[:1]).all()


def test_a_pupil_keeps_all_of_a_code_but_what_steers_the_block_it_lacks(
    teacher: TeacherTrunk,
) -> None:
    kept = teacher.kept()

    dropped = sorted({*range(teacher.code_size)} - {*kept.tolist()})

    assert len(kept) == LiteTrunk().code_size
    # A block at ¼ has two scales and shifts for each of 64 channels, the last norm one for 16.
    first = teacher.code_size - 2 * 16 - 2 * 256
    assert dropped == [*range(first, first + 256)]


@torch.no_grad()
def test_a_pupil_begins_as_its_teacher_without_a_block(lessons: Lessons) -> None:
    state = trunk_state()
    state["after.0.second.1.weight"].zero_()
    teacher = TeacherTrunk(state)
    pictures = functional.interpolate(lessons.photographs.pictures(torch.tensor([0])), (512, 512))
    codes = lessons.named[:1]
    codes = torch.zeros_like(codes).index_copy(1, teacher.kept(), codes[:, teacher.kept()])

    pupil = teacher.pupil(pictures, codes)

    # But for the borders, which blocks add in another way.
    assert likeness(pupil, teacher, pictures, codes).psnr > 40


class Edges(nn.Module):
    """Features of one layer, in place of VGG's."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 8, 3)

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        return {"relu1_1": self.convolution(pictures).relu()}


@pytest.mark.parametrize("loss_network", [None, LossNetwork(Edges()).bfloat16()])
def test_a_pupil_learns(
    teacher: TeacherTrunk, lessons: Lessons, loss_network: LossNetwork | None
) -> None:
    pictures, codes = lessons(torch.Generator().manual_seed(1))
    pupil = teacher.pupil(pictures, codes)
    before = likeness(pupil, teacher, pictures, codes).psnr
    losses: list[float] = []

    learned = learn(
        pupil,
        teacher,
        lessons,
        steps=25,
        learning_rate=1e-3,
        loss_network=loss_network,
        on_step=lambda _step, loss: losses.append(loss),
    )

    assert len(losses) == 25
    assert likeness(learned, teacher, pictures, codes).psnr > before


def test_files_of_a_teacher_become_files_of_a_pupil(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "package"
    folder.mkdir()
    encoder = StyleEncoder(LiteTrunk(HEAVY).code_size)
    state = {f"style_encoder.{name}": each for name, each in encoder.state_dict().items()}
    state |= {f"trunk.{name}": each for name, each in trunk_state().items()}
    teacher, codes = tmp_path / "teacher.safetensors", tmp_path / "codes.safetensors"
    sizes = {"half": 16, "quarter": 64, "eighth": 128, "eighth_blocks": 4, "mixing_rank": 8}
    about = {**sizes, "quarter_blocks": [1, 2], "style_width": 32, "style_hidden": 256}
    notes = {"kind": "adain-lite", **{name: str(value) for name, value in about.items()}}
    safetensors.torch.save_file(state, teacher, metadata=notes)
    safetensors.torch.save_file({"night": torch.zeros(7360)}, codes, metadata={"weights": "?"})
    for path in (teacher, codes):
        about_it = {"network": {"architecture": "x", "source": "made"}, "works": {"night": "PD"}}
        path.with_suffix(".toml").write_bytes(as_toml(about_it))
    content = write_pictures(tmp_path / "content", 14)
    places = ["--codes", codes, "--content", content, "--style", content, "--folder", folder]
    arguments = [teacher, "adain-lite", *places, "--steps", "1", "--finish", "0"]
    monkeypatch.setattr(sys, "argv", ["distil", *map(str, arguments)])

    main()

    stylizer = AdaINLite.load(folder / "adain-lite.safetensors", open_engine=open_eager)
    named = StyleCodes.read(folder / "adain-lite-styles.safetensors")
    stylizer.set_style([Style(name="night", code=named.code("night"))])
    card = (folder / "adain-lite.toml").read_text()
    assert named.weights in card
    assert "distilled by benchmarks/distil from what was made" in card
