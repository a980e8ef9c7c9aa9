import torch

from impasto.optimization.held_pixels import HeldPixels


def test_a_coarse_pixel_is_free_where_any_of_its_pixels_is() -> None:
    free = torch.zeros(1, 1, 8, 12)
    free[..., 3, 5] = 0.01
    image, mask = HeldPixels(image=torch.rand(1, 3, 8, 12), free=free).at((4, 6))
    assert image.shape == (1, 3, 4, 6)
    expected = torch.zeros(1, 1, 4, 6)
    expected[..., 1, 2] = 1
    assert torch.equal(mask, expected)


def test_at_its_own_size_it_is_the_image() -> None:
    held = HeldPixels(image=torch.rand(1, 3, 8, 8), free=torch.ones(1, 1, 8, 8))
    image, mask = held.at((8, 8))
    assert torch.equal(image, held.image)
    assert bool((mask == 1).all())
