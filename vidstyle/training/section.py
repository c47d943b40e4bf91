"""What every part of a training run's configuration is."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of a configuration: unchangeable, and without unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)
