"""Which precisions OpenVINO's engines have on this CPU."""

import pytest

from vidstyle.engines import Precision, openvino_compiler
from vidstyle.engines.openvino_compiler import OpenVINOCompiler
from vidstyle.errors import UsageError


def compiler_on(monkeypatch: pytest.MonkeyPatch, *, has_bfloat16: bool) -> OpenVINOCompiler:
    monkeypatch.setattr(openvino_compiler, "has_bfloat16", lambda: has_bfloat16)
    return OpenVINOCompiler()


def test_bf16_comes_first_where_the_cpu_computes_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with_bf16 = compiler_on(monkeypatch, has_bfloat16=True)
    assert with_bf16.precisions("auto") == (Precision.BF16, Precision.FP32)
    without = compiler_on(monkeypatch, has_bfloat16=False)
    assert without.precisions("auto") == (Precision.FP32,)


def test_what_the_cpu_does_not_compute_in_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = compiler_on(monkeypatch, has_bfloat16=False)
    assert compiler.precisions("int8") == (Precision.INT8,)
    for name in ("bf16", "fp16"):
        with pytest.raises(UsageError, match=f"computes in fp32 or int8, not in {name}"):
            compiler.precisions(name)
