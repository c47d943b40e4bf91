import pytest

from vidstyle.engines import Backend, EngineInfo, Precision
from vidstyle.errors import UsageError


def test_info_is_one_line() -> None:
    info = EngineInfo(
        network="adain-vgg19", backend=Backend.EAGER, precision=Precision.FP32, device="cpu"
    )

    assert str(info) == "adain-vgg19 · eager · fp32 · cpu"


def test_backends_are_read_from_text() -> None:
    assert Backend.parse("eager") is Backend.EAGER


def test_an_unknown_backend_lists_the_choices() -> None:
    with pytest.raises(
        UsageError, match="'fast' is not one of auto, eager, openvino, inductor, tensorrt"
    ):
        Backend.parse("fast")


def test_precisions_are_read_from_text() -> None:
    assert Precision.parse("int8") is Precision.INT8
    with pytest.raises(UsageError, match="precision 'half' is not one of auto, fp32, fp16, "):
        Precision.parse("half")
