"""How OpenCV works in this process; what the user has set stays so."""

import os


def keep_opencv_to_one_thread() -> None:
    """Have OpenCV work in the threads that call it; to be called before it is imported.

    Its own wait for each other by spinning: with two of them, holding frames steady takes half as
    much of the CPU again, and a pipeline has threads enough.
    """
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")


def keep_opencv_silent() -> None:
    """Have OpenCV say nothing beside the lines of this program; before it is imported."""
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
