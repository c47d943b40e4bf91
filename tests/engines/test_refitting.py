"""Engines made from others that differ in their weights alone, with a backend made up for it."""

import shutil
from pathlib import Path

import pytest
import torch
from torch import nn

from tests.engines.tiny import make_workshop, picture_network, psnr
from vidstyle.engines import Network, Precision
from vidstyle.engines.compiler import Blueprint
from vidstyle.engines.openvino_compiler import OpenVINOCompiler

FP32 = [Precision.FP32]


class Refitting(OpenVINOCompiler):
    """Remembers the donors that it was given.

    Args:
        forgets: whether it leaves the donor's own weights in place.
    """

    refit_seconds = 1.0

    def __init__(self, *, forgets: bool = False) -> None:
        super().__init__()
        self.donors: list[Path | None] = []
        self._forgets = forgets

    def compile(self, blueprint: Blueprint, folder: Path) -> list[str]:
        self.donors.append(blueprint.donor)
        if blueprint.donor is None or not self._forgets:
            return super().compile(blueprint, folder)
        for name in ("model.xml", "model.bin"):
            shutil.copyfile(blueprint.donor / name, folder / name)
        return ["model.xml", "model.bin"]


def network(seed: int, *, structure: str = "tiny") -> Network:
    torch.manual_seed(seed)
    inner = nn.Sequential(nn.Conv2d(3, 3, 1), nn.Sigmoid())
    return picture_network(inner, name=f"tiny-{seed}", weights=f"{seed}" * 64, structure=structure)


def test_the_second_of_a_structure_gets_the_first_as_its_donor(tmp_path: Path) -> None:
    compiler = Refitting()
    workshop = make_workshop(tmp_path, compiler=compiler)
    record, _ = workshop.build(network(1), precisions=FP32)
    assert workshop.expected_seconds(network(2), precision=Precision.FP32) == 1.0

    workshop.build(network(2), precisions=FP32)

    assert compiler.donors == [None, tmp_path / record.key.file_name]


@pytest.mark.parametrize("structure", ["another", ""])
def test_others_get_none(tmp_path: Path, structure: str) -> None:
    compiler = Refitting()
    workshop = make_workshop(tmp_path, compiler=compiler)
    for seed, its in enumerate(("tiny", structure)):
        workshop.build(network(seed, structure=its), precisions=FP32)
    assert compiler.donors == [None, None]


def test_a_backend_that_cannot_is_given_none(tmp_path: Path) -> None:
    workshop = make_workshop(tmp_path)
    workshop.build(network(1), precisions=FP32)
    assert workshop.expected_seconds(network(2), precision=Precision.FP32) > 1.0


def test_where_the_weights_do_not_arrive_it_is_compiled(tmp_path: Path) -> None:
    messages: list[str] = []
    compiler = Refitting(forgets=True)
    workshop = make_workshop(tmp_path, messages, compiler=compiler)
    first, _ = workshop.build(network(1), precisions=FP32)
    second, _ = workshop.build(network(2), precisions=FP32)

    donor = tmp_path / first.key.file_name
    assert compiler.donors == [None, donor, None]
    assert psnr(second) > 60
    (message,) = messages
    assert message.startswith(f"{donor.name} cannot be given other weights (the fp32 engine of ")
