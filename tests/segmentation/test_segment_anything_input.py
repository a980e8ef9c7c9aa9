import numpy as np
import pytest
import torch
from PIL import Image

from impasto.image.picture import Picture
from impasto.segmentation.prompts import Box, Prompts
from impasto.segmentation.segment_anything_input import MEAN, STD, ModelInput

FIRST = ModelInput(side_px=64, keeps_aspect=True)
SECOND = ModelInput(side_px=64, keeps_aspect=False)


def photo(height: int, width: int) -> Picture:
    rng = np.random.default_rng(0)
    return Picture(pixels=rng.integers(0, 255, (height, width, 3)).astype(np.uint8))


@pytest.mark.parametrize(("model", "inner"), [(FIRST, (51, 64)), (SECOND, (64, 64))])
def test_pixels_agree_with_pillow(model: ModelInput, inner: tuple[int, int]) -> None:
    picture = photo(160, 200)
    found = model.pixels(picture)
    small = Image.fromarray(picture.pixels).resize(inner[::-1], Image.Resampling.BILINEAR)
    expected = (np.asarray(small) / 255 - MEAN) / STD
    assert found.shape == (1, 3, 64, 64)
    height, width = inner
    mine = found[0, :, :height, :width].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(mine, expected, atol=0.02)
    assert not found[..., height:, :].any()


def test_prompts_lie_where_the_photograph_does() -> None:
    prompts = Prompts(box=Box(0, 40, 100, 80)).add(50, 20).remove(100, 80)
    first = FIRST.prompts(prompts, (100, 200))
    points = torch.tensor([[[[16.0, 6.4], [32.0, 25.6]]]])
    torch.testing.assert_close(first["input_points"], points)
    assert first["input_labels"].tolist() == [[[1, 0]]]
    second = SECOND.prompts(prompts, (100, 200))
    torch.testing.assert_close(second["input_boxes"], torch.tensor([[[0.0, 25.6, 32.0, 51.2]]]))
    assert set(SECOND.prompts(Prompts().add(1, 1), (9, 9))) == {"input_points", "input_labels"}


def test_masks_come_back_to_the_photographs_size() -> None:
    logits = torch.full((1, 1, 16, 16), -5.0)
    logits[..., :8] = 5
    for model in (FIRST, SECOND):
        mask = model.at_size(logits, (30, 60))[0, 0] > 0
        assert mask.shape == (30, 60)
        assert mask[:, :30].all()
        assert not mask[:, 31:].any()
