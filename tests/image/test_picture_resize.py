import numpy as np
import pytest
import torch

from impasto.errors import OptionError
from impasto.image.picture_resize import resize_samples
from impasto.image.resize import resize


def samples(dtype: type, *shape: int) -> np.ndarray:
    """Smooth samples: where a filter rings beyond the range, both clamp, but at other steps."""
    generator = np.random.default_rng(0)
    coarse = torch.from_numpy(generator.uniform(0.2, 0.8, (1, 3, 6, 7)))
    fine = torch.nn.functional.interpolate(coarse, shape[:2], mode="bicubic")[0]
    levels = (fine.permute(1, 2, 0).numpy() * np.iinfo(dtype).max).astype(dtype)
    return levels if len(shape) == 3 else levels[..., 0].copy()


@pytest.mark.parametrize("size", [(20, 31), (61, 90), (48, 16), (47, 64)])
@pytest.mark.parametrize("shape", [(48, 64, 3), (48, 64)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_is_the_filter_of_the_tensors(
    dtype: type, shape: tuple[int, ...], size: tuple[int, int]
) -> None:
    given = samples(dtype, *shape)
    highest = np.iinfo(dtype).max
    channels = np.atleast_3d(given).transpose(2, 0, 1)[None].astype(np.float64) / highest
    expected = resize(torch.from_numpy(channels), size)[0].permute(1, 2, 0).numpy() * highest
    found = resize_samples(given, size)
    assert found.dtype == dtype
    assert found.shape == (*size, *shape[2:])
    tolerance = 1.6 if dtype == np.uint8 else 0.001 * highest
    np.testing.assert_allclose(np.atleast_3d(found), expected, atol=tolerance)


def test_own_size_is_left_alone() -> None:
    given = samples(np.uint8, 20, 30, 3)
    assert resize_samples(given, (20, 30)) is given


def test_one_colour_stays_that_colour() -> None:
    for value in (0, 77, 65_535):
        flat = np.full((20, 30, 3), value, np.uint16)
        assert (resize_samples(flat, (33, 17)) == value).all()


def test_refuses_sizes_without_pixels() -> None:
    with pytest.raises(OptionError, match="1 px or more"):
        resize_samples(np.zeros((16, 16), np.uint8), (0, 5))
