"""Threads and bounded channels for any kind of item, and their figures."""

from vidstyle.pipeline.channel import Channel, Closed, Policy
from vidstyle.pipeline.figures import PipelineFigures, StageFigures
from vidstyle.pipeline.pipeline import Pipeline
from vidstyle.pipeline.sink import Sink
from vidstyle.pipeline.stage import Stage

__all__ = [
    "Channel",
    "Closed",
    "Pipeline",
    "PipelineFigures",
    "Policy",
    "Sink",
    "Stage",
    "StageFigures",
]
