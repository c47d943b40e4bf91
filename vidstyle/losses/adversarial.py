"""Least-squares adversarial losses (Mao et al. 2017, arXiv:1611.04076), as CycleGAN uses them."""

from torch import Tensor


def generator_loss(fake_scores: Tensor) -> Tensor:
    """What the generator minimises: mean (D(fake) - 1)².

    Args:
        fake_scores: float tensor of any shape, the discriminator's scores of generated pictures;
            no sigmoid is applied to them.
    """
    return (fake_scores.float() - 1.0).square().mean()


def discriminator_loss(real_scores: Tensor, fake_scores: Tensor) -> Tensor:
    """What the discriminator minimises: ½ mean (D(real) - 1)² + ½ mean D(fake)².

    The half slows the discriminator against the generator (Zhu et al. 2017, arXiv:1703.10593,
    section 4).

    Args:
        real_scores: float tensor of any shape, the scores of real pictures.
        fake_scores: float tensor of any shape, the scores of generated ones; detach these from the
            generator.
    """
    real = (real_scores.float() - 1.0).square().mean()
    fake = fake_scores.float().square().mean()
    return (real + fake) / 2
