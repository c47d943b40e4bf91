import torch

from vidstyle.temporal.draws import Draws
from vidstyle.temporal.motion_fields import similarity_flow, smooth_flow

CENTRE = torch.tensor([[4.0, 2.0]])
NONE = torch.zeros(1)


def test_nothing_moves_exactly_not_at_all() -> None:
    flow = similarity_flow((5, 9), CENTRE, shift=torch.zeros(1, 2), zoom=NONE, rotation=NONE)

    assert torch.equal(flow, torch.zeros(1, 2, 5, 9))


def test_a_shift_is_the_same_everywhere() -> None:
    shift = torch.tensor([[1.5, -2.0]])

    flow = similarity_flow((5, 9), CENTRE, shift=shift, zoom=NONE, rotation=NONE)

    torch.testing.assert_close(flow, shift.view(1, 2, 1, 1).expand(1, 2, 5, 9))


def test_a_zoom_leads_away_from_the_centre() -> None:
    zoom = torch.tensor([0.5])

    flow = similarity_flow((5, 9), CENTRE, shift=torch.zeros(1, 2), zoom=zoom, rotation=NONE)

    torch.testing.assert_close(flow[0, :, 2, 4], torch.zeros(2))
    torch.testing.assert_close(flow[0, :, 0, 8], torch.tensor([2.0, -1.0]))


def test_a_rotation_turns_x_towards_y() -> None:
    quarter = torch.tensor([90.0])

    flow = similarity_flow((5, 9), CENTRE, shift=torch.zeros(1, 2), zoom=NONE, rotation=quarter)

    # Two to the right of the centre goes to two below it.
    torch.testing.assert_close(flow[0, :, 2, 6], torch.tensor([-2.0, 2.0]))


def test_smooth_flow_is_smooth_and_of_its_deviation() -> None:
    draws = Draws(torch.Generator().manual_seed(0), 32, torch.device("cpu"))

    flow = smooth_flow((96, 128), draws, deviation=3.0, cell=32.0)

    assert flow.shape == (32, 2, 96, 128)
    # At the nodes, which the grid's corners are.
    assert abs(flow[..., 0, 0].std().item() - 3.0) < 0.8
    assert (flow[..., 1:] - flow[..., :-1]).abs().max() < 1.0


def test_each_picture_has_its_own_smooth_flow() -> None:
    draws = Draws(torch.Generator().manual_seed(0), 2, torch.device("cpu"))

    first, second = smooth_flow((32, 32), draws, deviation=3.0, cell=16.0)

    assert not torch.allclose(first, second)
