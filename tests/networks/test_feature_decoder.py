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


def test_finer_features_join_at_their_own_resolution() -> None:
    torch.manual_seed(0)
    shape = DecoderShape.of_level(3, 6, skip_channels=5)
    decoder = FeatureDecoder(shape, skip_scale=torch.full((5,), 2.0))
    features, skip = torch.rand(1, 6, 4, 5), torch.rand(1, 5, 8, 10)
    image = decoder(features, skip)
    assert image.shape == (1, 3, 32, 40)
    assert not torch.equal(image, decoder(features, skip.flip(3)))
    without = FeatureDecoder(DecoderShape.of_level(3, 6))
    without.load_state_dict(decoder.state_dict(), strict=False)
    with torch.no_grad():
        decoder.skip.weight.zero_()
        decoder.skip.bias.zero_()
    torch.testing.assert_close(decoder(features, skip), without(features))


@pytest.mark.parametrize("wanted", [0, 5])
def test_what_joins_must_be_what_is_wanted(wanted: int) -> None:
    decoder = FeatureDecoder(DecoderShape.of_level(1, 4, wanted))
    skip = None if wanted else torch.rand(1, 5, 4, 4)
    with pytest.raises(ShapeError, match=f"expected {wanted or 'no'} channels"):
        decoder(torch.rand(1, 4, 2, 2), skip)


def test_nothing_finer_than_the_full_resolution() -> None:
    with pytest.raises(OptionError, match="skip_channels"):
        DecoderShape.of_level(0, 4, skip_channels=3)


@pytest.mark.parametrize(
    ("level", "widths", "blocks"), [(1, (4,), (0,)), (-1, (), ()), (1, (4, 0), (0, 0))]
)
def test_wrong_shapes(level: int, widths: tuple[int, ...], blocks: tuple[int, ...]) -> None:
    with pytest.raises(OptionError, match="decoder"):
        DecoderShape(level=level, channels=3, widths=widths, blocks=blocks)


def test_wrong_scale() -> None:
    with pytest.raises(ShapeError, match=r"expected \(4,\)"):
        FeatureDecoder(DecoderShape.of_level(0, 4), torch.ones(3))
