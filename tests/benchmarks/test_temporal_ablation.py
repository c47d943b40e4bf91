from pathlib import Path

import pytest
import torch

from benchmarks.temporal_ablation import REPORT, VARIANTS, check, write_table
from vidstyle.errors import UsageError
from vidstyle.temporal.known_motion import KnownMotion
from vidstyle.training.config import TrainingConfig, read_config

CONFIG = Path(__file__).parents[2] / "configs" / "adain-lite-cpu.toml"


def variant(name: str) -> TrainingConfig:
    return read_config(CONFIG, settings=VARIANTS[name])


def test_variants_differ_in_their_temporal_part_alone() -> None:
    base = read_config(CONFIG)
    for name in VARIANTS:
        config = variant(name)
        others = ("run", "data", "network", "optimizer")
        assert all(getattr(config, part) == getattr(base, part) for part in others), name
        weights = {k: v for k, v in config.losses.weights.items() if "temporal" not in k}
        assert weights == {k: v for k, v in base.losses.weights.items() if "temporal" not in k}


def test_each_variant_adds_to_the_one_before() -> None:
    weights = {name: variant(name).losses.weights for name in VARIANTS}
    assert weights["none"]["output_temporal"] == weights["none"]["feature_temporal"] == 0
    assert weights["noise only"]["output_temporal"] > 0
    assert weights["output"]["feature_temporal"] == 0
    assert weights["output + feature"]["feature_temporal"] > 0


def test_noise_alone_moves_nothing() -> None:
    section = variant("noise only").temporal
    motion = KnownMotion(**section.model_dump(exclude={"pictures"}))
    frames = torch.rand(4, 3, 48, 48)
    pair = motion(frames, generator=torch.Generator().manual_seed(0))
    assert not pair.flow.any()
    assert torch.equal(pair.second, frames)
    assert not torch.equal(pair.first, frames)


def test_the_table_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    report = tmp_path / "temporal.md"
    report.write_text(REPORT.read_text("utf-8"), "utf-8")
    write_table(report, "| one table |")
    write_table(report, "| another table |")
    text = report.read_text("utf-8")
    assert "| another table |" in text
    assert "| one table |" not in text
    assert text.startswith(REPORT.read_text("utf-8")[:200])


def test_a_report_without_marks_is_not_touched(tmp_path: Path) -> None:
    report = tmp_path / "other.md"
    report.write_text("mine\n", "utf-8")
    with pytest.raises(UsageError, match="no marks"):
        check(report, read_config(CONFIG))
    with pytest.raises(UsageError, match="no marks"):
        write_table(report, "table")
    assert report.read_text("utf-8") == "mine\n"


def test_a_configuration_without_temporal_losses_is_refused() -> None:
    with pytest.raises(UsageError, match="feature_temporal"):
        check(REPORT, variant("output"))
