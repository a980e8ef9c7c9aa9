import pytest
import torch
from torch import nn

from impasto.encoders.vgg import VGG
from impasto.networks.feature_decoder import DecoderShape, FeatureDecoder
from impasto.training.arbitrary_objectives import (
    AdainObjective,
    ReconstructionObjective,
    channel_moments,
    feature_scale,
    gram_distance,
    relative,
    renormalized,
    statistics_distance,
)

IMAGES = {
    "photos": torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(0)),
    "styles": torch.rand(4, 3, 32, 32, generator=torch.Generator().manual_seed(1)),
}


def decoder(level: int, channels: int, skip_channels: int = 0) -> FeatureDecoder:
    torch.manual_seed(0)
    shape = DecoderShape(level=level, channels=channels, widths=(4,) * (level + 1),
                         blocks=(0,) * (level + 1), skip_channels=skip_channels)  # fmt: skip
    return FeatureDecoder(shape)


def test_renormalized_features_have_the_others_moments() -> None:
    content, style = torch.randn(2, 5, 6, 7), 3 * torch.randn(2, 5, 4, 4) + 2
    found, wanted = channel_moments(renormalized(content, style)), channel_moments(style)
    torch.testing.assert_close(found[0], wanted[0], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(found[1], wanted[1], rtol=1e-4, atol=1e-4)
    assert statistics_distance(renormalized(content, style), style).item() < 1e-6


def test_relative_distance() -> None:
    target = torch.tensor([0.0, 2.0]).view(1, 1, 1, 2)
    assert relative(target, target).item() == 0
    assert relative(torch.ones(1, 1, 1, 2), target).item() == pytest.approx(1, abs=1e-4)


def test_gram_distance_is_bounded_and_zero_for_the_same_texture() -> None:
    features = torch.rand(2, 3, 4, 6, generator=torch.Generator().manual_seed(0))
    moved = features.roll((1, 2), (2, 3))
    assert gram_distance(moved, features).item() == pytest.approx(0, abs=1e-9)
    ours, theirs = torch.tensor([2.0, 0.0]).view(1, 2, 1, 1), torch.tensor([0.0, 1.0])
    # ‖G − A‖² = 16 + 1, ‖G‖² + ‖A‖² = 16 + 1
    assert gram_distance(ours, theirs.view(1, 2, 1, 1)).item() == pytest.approx(2, abs=1e-3)
    assert gram_distance(100 * features, features).item() < 4


def test_scale_is_the_root_mean_square_with_a_floor(slim: VGG) -> None:
    image = IMAGES["photos"]
    features = slim(image, ("relu2_1",))["relu2_1"]
    expected = features.square().mean((0, 2, 3)).sqrt()
    found = feature_scale(slim, "relu2_1", [image])
    torch.testing.assert_close(found, expected.clamp_min(0.05 * float(expected.median())))
    assert found.min() > 0


@pytest.mark.parametrize("name", ["adain", "wct"])
def test_terms_have_gradients(slim: VGG, name: str) -> None:
    net: nn.Module
    objective: AdainObjective | ReconstructionObjective
    if name == "adain":
        net, objective = decoder(3, 512, 256), AdainObjective(slim)
    else:
        net, objective = decoder(1, 128), ReconstructionObjective(slim, "relu2_1")
    terms = objective(net, IMAGES, 0)
    assert {"content", "reconstruction", "smoothness"} <= set(terms)
    assert ({"style", "gram"} <= set(terms)) == (name == "adain")
    sum(terms.values()).backward()  # type: ignore[union-attr]
    assert all(each.grad is not None and each.grad.abs().sum() > 0 for each in net.parameters())


def test_a_perfect_decoder_reconstructs(slim: VGG) -> None:
    """One that knows the answer has nothing left but its roughness."""

    class Oracle(nn.Module):
        def forward(self, features: torch.Tensor) -> torch.Tensor:
            return torch.cat([IMAGES["photos"], IMAGES["styles"]])

    terms = ReconstructionObjective(slim, "relu2_1")(Oracle(), IMAGES, 0)
    assert terms["content"].item() == pytest.approx(0, abs=1e-6)
    assert terms["reconstruction"].item() == pytest.approx(0, abs=1e-6)
