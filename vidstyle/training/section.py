"""What every part of a training run's configuration is."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A part of a configuration: unchangeable, without unknown keys, all numbers finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
