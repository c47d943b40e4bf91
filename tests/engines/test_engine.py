import dataclasses

import pytest

from vidstyle.engines import Backend, EngineInfo, Precision, Target
from vidstyle.errors import UsageError


def test_info_is_one_line() -> None:
    info = EngineInfo(
        network="adain-vgg19", backend=Backend.EAGER, precision=Precision.FP32, device="cpu"
    )

    assert str(info) == "adain-vgg19 · eager · fp32 · cpu"


def test_backends_are_read_from_text() -> None:
    assert Backend.parse("eager") is Backend.EAGER


def test_an_unknown_backend_lists_the_choices() -> None:
    with pytest.raises(UsageError, match="backend 'fast' is not one of eager"):
        Backend.parse("fast")


def test_a_target_is_a_value() -> None:
    assert Target() == Target(backend=Backend.EAGER, device="auto")
    with pytest.raises(dataclasses.FrozenInstanceError):
        Target().device = "cpu"  # type: ignore[misc] # what is tested
