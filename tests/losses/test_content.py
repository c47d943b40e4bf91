import pytest
import torch

from vidstyle.losses.content import content_loss, content_targets, instance_normalise


def test_plain_is_the_mean_square() -> None:
    output = {"relu4_1": torch.tensor([[[[1.0, 2.0]]]])}
    content = {"relu4_1": torch.tensor([[[[0.0, 4.0]]]])}

    loss = content_loss(output, content, normalised=False)

    assert loss.item() == pytest.approx((1 + 4) / 2)


def test_normalised_by_hand() -> None:
    output = {"relu4_1": torch.tensor([[[[1.0, 3.0]]]])}
    content = {"relu4_1": torch.tensor([[[[40.0, 20.0]]]])}

    # Normalised these are (-1, 1) and (1, -1).
    assert content_loss(output, content).item() == pytest.approx(4.0, rel=1e-4)


def test_colour_and_contrast_do_not_count() -> None:
    content = torch.rand(2, 8, 6, 5)

    loss = content_loss({"relu4_1": content * 3 + 7}, {"relu4_1": content})

    assert loss.item() < 1e-4


def test_they_do_count_when_plain() -> None:
    content = torch.rand(2, 8, 6, 5)

    loss = content_loss({"relu4_1": content + 2}, {"relu4_1": content}, normalised=False)

    assert loss.item() == pytest.approx(4.0, rel=1e-4)


def test_layers_add_up() -> None:
    output = {"relu3_1": torch.rand(1, 4, 8, 8), "relu4_1": torch.rand(1, 8, 4, 4)}
    content = {"relu3_1": torch.rand(1, 4, 8, 8), "relu4_1": torch.rand(1, 8, 4, 4)}

    both = content_loss(output, content, layers=["relu3_1", "relu4_1"])

    parts = [content_loss(output, content, layers=[layer]) for layer in output]
    torch.testing.assert_close(both, parts[0] + parts[1])


@pytest.mark.parametrize("normalised", [True, False])
def test_kept_targets_give_the_same_loss(normalised: bool) -> None:
    output = {"relu4_1": torch.rand(2, 8, 6, 5) * 500}
    content = {"relu4_1": torch.rand(2, 8, 6, 5) * 500}

    kept = content_targets(content, normalised=normalised)

    assert kept["relu4_1"].dtype == torch.float16
    expected = content_loss(output, content, normalised=normalised)
    torch.testing.assert_close(
        content_loss(output, kept, normalised=normalised), expected, rtol=1e-3, atol=0
    )


def test_normalising_twice_changes_nothing() -> None:
    normalised = instance_normalise(torch.rand(2, 8, 6, 5))

    torch.testing.assert_close(instance_normalise(normalised), normalised, rtol=1e-4, atol=1e-4)


def test_gradients_reach_the_output() -> None:
    output = torch.rand(1, 4, 5, 5, requires_grad=True)

    loss = content_loss({"relu4_1": output}, {"relu4_1": torch.rand(1, 4, 5, 5)})

    (gradient,) = torch.autograd.grad(loss, [output])
    assert gradient.isfinite().all()
    assert gradient.abs().sum() > 0
