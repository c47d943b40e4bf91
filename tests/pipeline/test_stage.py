"""The rules of a stage by itself."""

import pytest

from vidstyle.pipeline.stage import Stage


def test_each_lifts_a_function_of_one_item() -> None:
    def double(item: int) -> int:
        return item * 2

    stage = Stage.each("double", double)
    assert (stage.name, stage.batch, stage.workers) == ("double", 1, 1)
    assert stage.apply([1, 2, 3]) == [2, 4, 6]


def test_apply_gives_a_list_of_its_own() -> None:
    stage: Stage[int, int] = Stage(name="same", work=lambda items: items)
    items = [1, 2]
    outputs = stage.apply(items)
    assert outputs == items
    assert outputs is not items


@pytest.mark.parametrize("outputs", [[], [1], [1, 2, 3]])
def test_one_output_per_item_is_checked(outputs: list[int]) -> None:
    stage: Stage[int, int] = Stage(name="model", work=lambda items: outputs, batch=2)
    with pytest.raises(ValueError, match=f"'model' gave {len(outputs)} outputs for 2 items"):
        stage.apply([1, 2])


@pytest.mark.parametrize("what", ["batch", "workers"])
@pytest.mark.parametrize("count", [0, -3])
def test_refuses_counts_below_one(what: str, count: int) -> None:
    with pytest.raises(ValueError, match=f"'model' cannot have {what} {count}"):
        Stage(name="model", work=lambda items: items, **{what: count})
