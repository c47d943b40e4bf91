"""How OpenCV works while this process is one pipeline."""

import os


def keep_opencv_to_one_thread() -> None:
    """Have OpenCV work in the threads that call it; to be called before it is imported.

    Its own wait for each other by spinning: with two of them, holding frames steady takes half as
    much of the CPU again, and a pipeline has threads enough. What the user has set stays so.
    """
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
