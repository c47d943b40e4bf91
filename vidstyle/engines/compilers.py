"""The compilers by backend; what each of them needs is imported only when it is made."""

from importlib.util import find_spec

from vidstyle.engines.compiler import Compiler, first_line
from vidstyle.engines.engine import AUTO, Backend, Goal
from vidstyle.engines.gpu import compute_capability
from vidstyle.errors import UsageError


def make_compiler(
    backend: Backend,
    *,
    device: str = AUTO,
    target: str | None = None,
    goal: Goal = Goal.LATENCY,
) -> Compiler:
    """What makes and loads the engines of a backend.

    Args:
        backend: one that compiles, and is installed; see `choose_backend`.
        device: see `resolve_device`.
        target: the compute capability of cards in other machines, as "sm_89".
        goal: what engines are to be good at; on a GPU they are good at both.

    Raises:
        UsageError: there is no such device, or the backend is not for it.
    """
    if target is not None and backend is not Backend.TENSORRT:
        raise UsageError(f"engines of {backend} are for this machine: leave --target out")
    match backend:
        case Backend.OPENVINO:
            from vidstyle.engines.openvino_compiler import OpenVINOCompiler

            return OpenVINOCompiler(goal=goal)
        case Backend.INDUCTOR:
            return _inductor(device)
        case Backend.TENSORRT:
            return tensorrt_compiler(device) if target is None else _tensorrt_for(target)
        case Backend.EAGER:
            raise UsageError("eager needs no engine: choose another backend")


def _inductor(device: str) -> Compiler:
    from vidstyle.engines.device import resolve_device
    from vidstyle.engines.inductor import InductorCompiler

    resolved = resolve_device(device)
    if resolved.type == "mps":
        raise UsageError("backend inductor runs on NVIDIA GPUs and CPUs, not on mps")
    return InductorCompiler(resolved)


def tensorrt_compiler(device: str) -> Compiler:
    """What makes and loads the engines of TensorRT, of whichever flavour is installed.

    Raises:
        UsageError: it is not for that device, or cannot be used.
    """
    from vidstyle.engines.device import resolve_device

    resolved = resolve_device(device)
    if resolved.type != "cuda":
        raise UsageError(
            f"backend tensorrt needs an NVIDIA GPU, not {resolved}: use another backend, or build "
            "for another machine's card with --target, as in --target sm_89"
        )
    if find_spec("torch_tensorrt") is None:
        from vidstyle.engines.tensorrt_rtx import RTXCompiler

        try:
            return RTXCompiler(compute_capability(resolved), device=resolved)
        except UsageError as error:
            raise UsageError(
                f"TensorRT-RTX is not for this GPU ({error}): use --backend inductor"
            ) from error
    try:
        from vidstyle.engines.torch_tensorrt import TorchTensorRTCompiler
    except Exception as error:  # It raises whatever is at hand where a library is missing.
        raise UsageError(
            f"Torch-TensorRT cannot be used ({first_line(error)}): install "
            '"vidstyle[tensorrt]" again, or use --backend inductor'
        ) from error
    return TorchTensorRTCompiler(resolved)


def _tensorrt_for(target: str) -> Compiler:
    import torch

    if find_spec("tensorrt_rtx") is None:
        raise UsageError(
            f"engines for {target} are built by TensorRT-RTX, which is not installed: "
            'pip install "vidstyle[tensorrt-rtx]"'
        )
    from vidstyle.engines.tensorrt_rtx import RTXCompiler

    here = torch.device("cuda", 0) if torch.cuda.is_available() else None
    fits = here is not None and compute_capability(here) == target
    return RTXCompiler(target, device=here if fits else None)
