"""Total variation: how much neighbouring pixels differ."""

from torch import Tensor


def total_variation_loss(pictures: Tensor, *, squared: bool = False) -> Tensor:
    """Mean difference of pixels to their right and lower neighbours.

    Anisotropic, after Rudin, Osher & Fatemi 1992; squared it is the regulariser of Mahendran &
    Vedaldi 2015 (β = 2) that Johnson et al. 2016 use. A mean, so that size does not count.

    Args:
        pictures: float tensor (N, C, H, W), H and W at least 2.
        squared: whether differences are squared: noise then counts less, edges more.

    Returns:
        Float32 scalar.
    """
    right = (pictures[..., :, 1:] - pictures[..., :, :-1]).float()
    down = (pictures[..., 1:, :] - pictures[..., :-1, :]).float()
    if squared:
        return right.square().mean() + down.square().mean()
    return right.abs().mean() + down.abs().mean()
