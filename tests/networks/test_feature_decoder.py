import pytest
import torch

from impasto.errors import OptionError, ShapeError
from impasto.networks.feature_decoder import DecoderShape, FeatureDecoder


@pytest.mark.parametrize("level", [0, 1, 3, 4])
def test_shape(level: int) -> None:
    decoder = FeatureDecoder(DecoderShape.of_level(level, 10))
    assert decoder(torch.rand(2, 10, 4, 5)).shape == (2, 3, 4 * 2**level, 5 * 2**level)


def test_features_are_divided_by_their_scale() -> None:
    shape = DecoderShape(level=1, channels=2, widths=(3, 4), blocks=(0, 1))
    torch.manual_seed(0)
    decoder = FeatureDecoder(shape)
    scaled = FeatureDecoder(shape, torch.tensor([10.0, 100.0]))
    scaled.load_state_dict({**decoder.state_dict(), "scale": scaled.scale})
    features = torch.rand(1, 2, 4, 4)
    larger = features * torch.tensor([10.0, 100.0]).view(1, 2, 1, 1)
    torch.testing.assert_close(scaled(larger), decoder(features))


def test_a_constant_stays_constant() -> None:
    """Mirrored borders and bilinear doublings make neither frames nor grids."""
    torch.manual_seed(0)
    image = FeatureDecoder(DecoderShape.of_level(3, 6))(torch.ones(1, 6, 4, 4))
    torch.testing.assert_close(image, image[:, :, :1, :1].expand_as(image), rtol=0, atol=1e-5)


@pytest.mark.parametrize(
    ("level", "widths", "blocks"), [(1, (4,), (0,)), (-1, (), ()), (1, (4, 0), (0, 0))]
)
def test_wrong_shapes(level: int, widths: tuple[int, ...], blocks: tuple[int, ...]) -> None:
    with pytest.raises(OptionError, match="decoder"):
        DecoderShape(level=level, channels=3, widths=widths, blocks=blocks)


def test_wrong_scale() -> None:
    with pytest.raises(ShapeError, match=r"expected \(4,\)"):
        FeatureDecoder(DecoderShape.of_level(0, 4), torch.ones(3))
