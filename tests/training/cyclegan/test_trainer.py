"""Whole runs in miniature."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from safetensors import safe_open

from tests.training.conftest import write_pictures
from vidstyle.errors import UsageError, VidstyleError
from vidstyle.nets.cyclegan import ResnetGenerator
from vidstyle.nets.generator_shape import GeneratorShape, Upsampling
from vidstyle.training.config import TrainingConfig, parse_config
from vidstyle.training.cyclegan.trainer import BACKWARD, CycleGANTrainer
from vidstyle.training.loop import CHECKPOINT, Progress, train
from vidstyle.training.setup import make_trainer
from vidstyle.weights.checkpoint import load_checkpoint

MakeConfig = Callable[..., TrainingConfig]


@pytest.fixture
def make_config(tmp_path: Path) -> MakeConfig:
    """Makes configurations of tiny runs; arguments replace parts of sections."""
    content = write_pictures(tmp_path / "photographs", 4)
    style = write_pictures(tmp_path / "paintings", 3)

    def make(**sections: dict[str, Any]) -> TrainingConfig:
        base: dict[str, dict[str, Any]] = {
            "run": {
                "folder": tmp_path / "run",
                "steps": 4,
                "log_every": 1,
                "sample_every": 0,
                "device": "cpu",
            },
            "network": {
                "kind": "cyclegan",
                "widths": [2, 3, 4],
                "blocks": 1,
                "discriminator_width": 2,
                "pool": 2,
            },
            "data": {
                "content": [content],
                "style": [style],
                "size": 40,
                "style_size": 36,
                "crop": 32,
                "batch": 1,
            },
            "optimizer": {
                "learning_rate": 2e-4,
                "betas": [0.5, 0.999],
                "schedule": "linear",
                "clip_norm": 0.0,
            },
            "losses": {
                "weights": {
                    "adversarial": 1.0,
                    "cycle": 10.0,
                    "identity": 5.0,
                    "output_temporal": 1.0,
                }
            },
            "temporal": {"pictures": 1},
        }
        return parse_config(
            {name: {**each, **sections.get(name, {})} for name, each in base.items()}
        )

    return make


def state_in(config: TrainingConfig) -> Any:
    content = torch.load(config.run.folder / CHECKPOINT, weights_only=True)
    return {kind: content[kind] for kind in ("model", "average", "step")}


def test_a_continued_run_ends_as_one_without_a_break(
    make_config: MakeConfig, tmp_path: Path
) -> None:
    steps = {"steps": 4, "checkpoint_every": 3}
    whole = make_config(run={"folder": tmp_path / "whole", **steps})
    train(whole)
    broken = make_config(run=steps)

    with pytest.raises(KeyboardInterrupt):
        train(broken, on_progress=_interrupt_at(4))
    lines: list[str] = []
    train(broken, on_start=lines.append)

    assert lines[0].endswith("continued at step 3")
    torch.testing.assert_close(state_in(broken), state_in(whole), rtol=0, atol=0)


def test_a_run_leaves_both_generators_and_a_sheet(make_config: MakeConfig) -> None:
    config = make_config(run={"steps": 1, "sample_every": 1}, network={"upsampling": "resize"})

    result = train(config)

    shape = GeneratorShape(widths=(2, 3, 4), block_widths=(4,), upsampling=Upsampling.RESIZE)
    for path in (result.weights, config.run.folder / BACKWARD):
        load_checkpoint(ResnetGenerator(shape), path)
    with safe_open(result.weights, "pt") as file:
        about = file.metadata()
    assert about["kind"] == "cyclegan"
    assert about["widths"] == "[2, 3, 4]"
    sheet = cv2.imread(str(config.run.folder / "sample-000001.png"))
    assert sheet is not None
    assert sheet.shape == (4 * 192, 5 * 192, 3)


def test_half_precision_trains(make_config: MakeConfig) -> None:
    trainer = make_trainer(make_config(run={"precision": "bfloat16"}))

    assert trainer.step(0, rate=2e-4)["total"] > 0
    weights = trainer.state().model["generators.to_style.model.1.weight"]
    assert weights.dtype == torch.float32


def test_dark_pictures_become_bright(make_config: MakeConfig, tmp_path: Path) -> None:
    for kind, levels in (("dark", (20, 90)), ("bright", (170, 240))):
        (tmp_path / kind).mkdir()
        random = np.random.default_rng(0)
        for number in range(4):
            coarse = random.integers(*levels, (4, 4, 3), dtype=np.uint8)
            cv2.imwrite(str(tmp_path / kind / f"{number}.png"), cv2.resize(coarse, (40, 40)))
    config = make_config(
        network={"widths": [4, 6, 8], "discriminator_width": 4},
        data={"content": [tmp_path / "dark"], "style": [tmp_path / "bright"]},
        losses={"weights": {"adversarial": 1.0, "cycle": 1.0}},
    )

    trainer = make_trainer(config)
    assert isinstance(trainer, CycleGANTrainer)

    for number in range(60):
        trainer.step(number, rate=5e-3)

    dark, bright = trainer.batches(0)
    with torch.no_grad():
        painted = trainer.networks.eval().generators.to_style(dark)
    assert abs(painted.mean() - bright.mean()) < 0.5 * abs(dark.mean() - bright.mean())


def test_only_what_is_weighed_is_computed(make_config: MakeConfig) -> None:
    config = make_config(losses={"weights": {"adversarial": 1.0, "cycle": 10.0}})

    figures = make_trainer(config).step(0, rate=2e-4)

    assert set(figures) == {"adversarial", "cycle", "discriminator", "total"}
    assert figures["total"] == pytest.approx(figures["adversarial"] + 10 * figures["cycle"])


def test_a_run_may_start_from_a_generator(make_config: MakeConfig, tmp_path: Path) -> None:
    generator = ResnetGenerator(GeneratorShape(widths=(2, 3, 4), block_widths=(4,)))
    torch.save(generator.state_dict(), tmp_path / "netG.pth")

    trainer = make_trainer(make_config(run={"init": str(tmp_path / "netG.pth")}))

    assert isinstance(trainer, CycleGANTrainer)
    torch.testing.assert_close(
        trainer.networks.generators.to_style.state_dict(), generator.state_dict()
    )


def test_another_size_of_crops_is_another_run(make_config: MakeConfig) -> None:
    train(make_config(run={"steps": 1}))

    with pytest.raises(VidstyleError, match="crop is 32 there, 36 here"):
        train(make_config(data={"crop": 36}))


def test_another_optimizer_is_another_run(make_config: MakeConfig) -> None:
    train(make_config(run={"steps": 1}))

    with pytest.raises(VidstyleError, match="optimizer is 'adam' there, 'soap' here"):
        train(make_config(optimizer={"kind": "soap"}))


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"losses": {"weights": {"adversarial": 1.0, "cylce": 1.0}}}, "cylce is no loss of"),
        ({"losses": {"weights": {"cycle": 1.0}}}, "adversarial is missing"),
        ({"losses": {"network": "vgg16"}}, "losses.network is nothing that cyclegan has"),
        ({"temporal": {"pictures": 0}}, "output_temporal needs temporal.pictures"),
        ({"data": {"cached": True}}, "data.cached is nothing that cyclegan has"),
        ({"data": {"style_variants": 1}}, "data.style_variants is nothing that cyclegan has"),
        ({"data": {"crop": 40}}, "data.crop is 40: it must fit in data.size, 40, and in"),
        ({"data": {"crop": 34}}, "data.crop is 34: cyclegan needs a multiple of 4"),
    ],
)
def test_what_cannot_work_is_told(
    make_config: MakeConfig, sections: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        make_trainer(make_config(**sections))


def _interrupt_at(step: int) -> Any:
    def interrupt(progress: Progress) -> None:
        if progress.step == step:
            raise KeyboardInterrupt

    return interrupt
