"""How much memory there is for a run."""

from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def free_bytes(device: str) -> int | None:
    """Memory of a device ("cpu", "cuda:0") that is free; None where it is not known."""
    if device.startswith("cuda"):
        import torch

        return int(torch.cuda.mem_get_info(device)[0])
    limits = [limit for limit in (_free_of_machine(), _free_of_group()) if limit is not None]
    return min(limits, default=None)


def _free_of_machine() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:  # Not Linux.
        return None
    found = [line.split() for line in lines if line.startswith("MemAvailable:")]
    return int(found[0][1]) * 1024 if found else None


def _free_of_group() -> int | None:
    """What a container's limit leaves; what is kept of files only counts as free."""
    try:
        limit = (_CGROUP / "memory.max").read_text("ascii").strip()
        used = int((_CGROUP / "memory.current").read_text("ascii"))
        lines = (_CGROUP / "memory.stat").read_text("ascii").splitlines()
    except (OSError, ValueError):
        return None
    files = sum(int(line.split()[1]) for line in lines if line.startswith("inactive_file "))
    return None if limit == "max" else int(limit) - used + files
