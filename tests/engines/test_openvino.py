"""OpenVINO's core."""

from vidstyle.engines import openvino


def test_there_is_one_core_for_the_whole_process() -> None:
    """A second one that ends leaves a freed signal stack behind: the next Ctrl-C crashes."""
    assert openvino._core() is openvino._core()
