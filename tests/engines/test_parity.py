import pytest

from vidstyle.engines import Precision
from vidstyle.engines.parity import Parity, ParityError, check_parity

LIMITS = [(Precision.FP32, 40.0, 0.98), (Precision.FP16, 40.0, 0.98), (Precision.INT8, 30.0, 0.96)]


@pytest.mark.parametrize(("precision", "psnr", "ssim"), LIMITS)
def test_what_is_just_enough(precision: Precision, psnr: float, ssim: float) -> None:
    parity = Parity(psnr=psnr, ssim=ssim, drift=0.03)
    check_parity(parity, precision=precision, what="candy")


@pytest.mark.parametrize(("precision", "psnr", "ssim"), LIMITS)
@pytest.mark.parametrize("worse", ["psnr", "ssim", "drift"])
def test_what_is_not_enough(precision: Precision, psnr: float, ssim: float, worse: str) -> None:
    parity = Parity(
        psnr=psnr - (0.1 if worse == "psnr" else 0),
        ssim=ssim - (0.001 if worse == "ssim" else 0),
        drift=0.031 if worse == "drift" else 0.03,
    )
    with pytest.raises(ParityError, match=f"the {precision} engine of candy is too far"):
        check_parity(parity, precision=precision, what="candy")


def test_the_error_says_by_how_much() -> None:
    parity = Parity(psnr=24.53, ssim=0.91, drift=0.052)
    with pytest.raises(ParityError) as caught:
        check_parity(parity, precision=Precision.INT8, what="candy (64x64)")
    assert str(caught.value) == (
        "the int8 engine of candy (64x64) is too far from eager fp32 (PSNR 24.5 dB, needed are "
        "30 dB; SSIM 0.9100, needed is 0.96; style 5.2% off, allowed are 3%) and was not stored: "
        "leave --precision out, or use fp32"
    )


@pytest.mark.parametrize(
    "parity",
    [
        Parity(psnr=float("nan"), ssim=1.0, drift=0.0),
        Parity(psnr=99.0, ssim=float("nan"), drift=0.0),
        Parity(psnr=99.0, ssim=1.0, drift=float("nan")),
    ],
)
def test_what_is_no_number_is_not_enough(parity: Parity) -> None:
    with pytest.raises(ParityError):
        check_parity(parity, precision=Precision.FP32, what="candy")


def test_numbers_have_neither_ssim_nor_style() -> None:
    check_parity(Parity(psnr=80.0), precision=Precision.FP32, what="style")
    assert str(Parity(psnr=80.0)) == "80.0 dB"


def test_what_is_told() -> None:
    assert str(Parity(psnr=53.44, ssim=0.9987, drift=0.0041)) == (
        "53.4 dB, SSIM 0.9987, style 0.4% off"
    )
