"""How near an engine has to come to its network in eager fp32."""

from dataclasses import dataclass

from vidstyle.engines.engine import Precision
from vidstyle.errors import VidstyleError

ALIKE = 100.0
"""dB. Where nothing differs PSNR is infinite; this stands for it and for all that is above."""


class ParityError(VidstyleError):
    """An engine does not compute what its network does; it was not stored."""


@dataclass(frozen=True, kw_only=True)
class Parity:
    """Likeness of an engine's output to that of eager fp32.

    Attributes:
        psnr: dB; of 8-bit pictures, or where the output is numbers, of these relative to their
            root mean square. At most `ALIKE`.
        ssim: of pictures, at most 1; None where the output is numbers.
        drift: of pictures, √(L(engine, eager) / L(eager, content)), with L the balanced style loss
            (`losses.style`): how far their style is from what it should be, relative to how far it
            is from the content's; it bounds the change of the root of every style loss. None where
            the output is numbers.
    """

    psnr: float
    ssim: float | None = None
    drift: float | None = None

    def __str__(self) -> str:
        facts = [f"{self.psnr:.1f} dB"]
        if self.ssim is not None:
            facts.append(f"SSIM {self.ssim:.4f}")
        if self.drift is not None:
            facts.append(f"style {self.drift:.1%} off")
        return ", ".join(facts)


LIMITS = {
    Precision.FP32: Parity(psnr=40.0, ssim=0.98, drift=0.03),
    Precision.FP16: Parity(psnr=40.0, ssim=0.98, drift=0.03),
    Precision.BF16: Parity(psnr=40.0, ssim=0.98, drift=0.03),
    Precision.INT8: Parity(psnr=30.0, ssim=0.96, drift=0.03),
}
"""The least likeness, and the most drift, that an engine of each precision may have."""


def check_parity(parity: Parity, *, precision: Precision, what: str) -> None:
    """Make sure that `parity` is enough for `precision`.

    Raises:
        ParityError: it is not, and by how much.
    """
    limit = LIMITS[precision]
    complaints = []
    # Written so that a figure that is not a number fails too.
    if not parity.psnr >= limit.psnr:
        complaints.append(f"PSNR {parity.psnr:.1f} dB, needed are {limit.psnr:g} dB")
    if parity.ssim is not None and limit.ssim is not None and not parity.ssim >= limit.ssim:
        complaints.append(f"SSIM {parity.ssim:.4f}, needed is {limit.ssim:g}")
    if parity.drift is not None and limit.drift is not None and not parity.drift <= limit.drift:
        complaints.append(f"style {parity.drift:.1%} off, allowed are {limit.drift:.0%}")
    if complaints:
        advice = ": leave --precision out, or use fp32" if precision is Precision.INT8 else ""
        raise ParityError(
            f"the {precision} engine of {what} is too far from eager fp32 "
            f"({'; '.join(complaints)}) and was not stored{advice}"
        )
