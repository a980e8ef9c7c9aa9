import torch

from impasto.stylizers.protocol import MaskedImage


def test_size_is_height_and_width() -> None:
    assert MaskedImage(image=torch.zeros(1, 3, 20, 30)).size == (20, 30)
