"""The settings of a run, kept in its folder: what it was made with, and what is changed later."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

from vidstyle.files import write_whole
from vidstyle.training.config import TrainingConfig

SETTINGS = "settings.json"
"""The file's name."""

# They change nothing in what comes out.
_INCIDENTAL = {"run": {"folder", "max_minutes", "log_every", "checkpoint_every", "sample_every"}}


def keep_settings(folder: Path, config: TrainingConfig) -> None:
    """Write what the run is done with now; `VidstyleError` where that cannot be."""
    content = json.dumps(config.model_dump(mode="json"), indent=2)
    write_whole(folder / SETTINGS, f"{content}\n".encode())


def changed_settings(folder: Path, config: TrainingConfig) -> list[str]:
    """Full names of the settings that are not what they were when they were last kept.

    Those that do not change the result are left out. Empty where nothing readable is there.
    """
    kept: Any = None
    with suppress(OSError, ValueError):
        kept = json.loads((folder / SETTINGS).read_text("utf-8"))
    present = config.model_dump(mode="json", exclude=_INCIDENTAL)
    if not isinstance(kept, dict):
        return []
    return [
        f"{section}.{key}"
        for section, values in present.items()
        for key, value in values.items()
        if kept.get(section, {}).get(key) != value
    ]
