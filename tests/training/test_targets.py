import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.conftest import MakeConfig, set_up
from vidstyle.errors import VidstyleError
from vidstyle.losses.features import StyleTargets
from vidstyle.training.loop import train
from vidstyle.training.targets import Gauge, Targets
from vidstyle.video.pictures import pictures_in, read_picture, write_picture


def test_targets_that_are_kept_are_those_that_are_computed(make_config: MakeConfig) -> None:
    config = make_config(data={"cached": True})
    config.run.folder.mkdir()
    parts = set_up(config)
    gauge = Gauge(parts.objective._network, config.losses)

    batch = parts.batches(0)

    fresh = gauge.content(batch.content)
    torch.testing.assert_close(batch.content_features["relu4_1"], fresh["relu4_1"])
    styles = gauge.styles(batch.styles)
    torch.testing.assert_close(batch.style_targets.means["relu1_1"], styles.means["relu1_1"])


def test_targets_are_computed_once_for_a_run(
    make_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config(data={"cached": True})
    config.run.folder.mkdir()
    first = set_up(config).batches(1)
    monkeypatch.setattr(Targets, "compute", None)

    # However many pictures a step has.
    second = set_up(make_config(data={"cached": True, "batch": 3})).batches(1)

    both = zip(first.content_features["relu4_1"], second.content_features["relu4_1"], strict=False)
    for one, other in both:
        torch.testing.assert_close(one, other)


def test_targets_of_a_picture_that_was_changed_are_not_taken(
    make_config: MakeConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = make_config(data={"cached": True})
    config.run.folder.mkdir()
    set_up(config)
    painting = pictures_in(config.data.style[0])[0]
    write_picture(painting, 255 - read_picture(painting))
    monkeypatch.setattr(Targets, "compute", None)

    with pytest.raises(TypeError):
        set_up(config)


def test_what_a_frozen_encoder_says_of_styles_is_kept(make_config: MakeConfig) -> None:
    network = {"kind": "adain-timm", "encoder": "mobilenetv3_small_050", "pretrained": False}
    losses = {"style_layers": ["relu1_1"], "weights": {"style": 1.0, "identity": 1.0}}
    config = make_config(data={"cached": True}, network=network, losses=losses)
    config.run.folder.mkdir()
    parts = set_up(config)

    batch = parts.batches(0)

    fresh = parts.model.read_styles(parts.styles.pictures(batch.wanted))
    torch.testing.assert_close(batch.styles, fresh)
    assert batch.identity.shape == (1, *batch.styles.shape[1:])
    assert parts.step(0, rate=1e-3)["style"] > 0


def test_what_another_encoder_says_of_styles_is_not_taken(
    make_config: MakeConfig, tmp_path: Path
) -> None:
    options: dict[str, Any] = {
        "network": {"kind": "adain-timm", "encoder": "mobilenetv3_small_050", "pretrained": False},
        "losses": {"style_layers": ["relu1_1"], "weights": {"style": 1.0}},
        "data": {"cached": True},
    }
    other = {"folder": tmp_path / "other", "seed": 5, "steps": 1}
    weights = train(make_config(**options, run=other)).weights
    config = make_config(**options)
    config.run.folder.mkdir()
    set_up(config)

    parts = set_up(make_config(**options, run={"init": str(weights)}))

    batch = parts.batches(0)
    fresh = parts.model.read_styles(parts.styles.pictures(batch.wanted))
    torch.testing.assert_close(batch.styles, fresh)


def test_targets_of_other_facts_are_not_taken(tmp_path: Path, make_config: MakeConfig) -> None:
    config = make_config()
    gauge = Gauge(set_up(config).objective._network, config.losses)
    path = tmp_path / "targets.safetensors"

    def pictures(indices: torch.Tensor) -> torch.Tensor:
        return torch.rand(len(indices), 3, 16, 16)

    told: list[tuple[int, int]] = []
    Targets.compute(
        gauge,
        crops=pictures,
        photographs=9,
        paintings=pictures,
        styles=2,
        on_measured=lambda done, count: told.append((done, count)),
    ).save(path, key="these")

    assert told == [(9, 11), (11, 11)]
    kept = Targets.load(path, key="these")
    assert kept is not None
    assert (len(kept.content["relu4_1"]), len(kept.styles)) == (9, 2)
    assert Targets.load(path, key="others") is None
    path.write_bytes(path.read_bytes()[:100])
    assert Targets.load(path, key="these") is None


def test_targets_that_cannot_be_written_are_told_of(tmp_path: Path) -> None:
    targets = Targets({"relu4_1": torch.zeros(1, 2)}, StyleTargets({}, {}))
    with pytest.raises(VidstyleError, match=r"cannot write .*targets\.safetensors"):
        targets.save(tmp_path / "missing" / "targets.safetensors", key="these")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_targets_can_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    path = tmp_path / "targets.safetensors"
    Targets({"relu4_1": torch.zeros(1, 2)}, StyleTargets({}, {})).save(path, key="these")
    assert path.stat().st_mode == (tmp_path / "usual").stat().st_mode
