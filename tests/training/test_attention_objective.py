import pytest
import torch
from torch import nn

from impasto.encoders.vgg import VGG
from impasto.networks.feature_decoder import DecoderShape
from impasto.networks.style_attention import StyleAttentionNet
from impasto.training.attention_objective import AttentionObjective

IMAGES = {
    name: torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(seed))
    for seed, name in enumerate(("photos", "styles"))
}


class Oracle(nn.Module):
    """Gives the first picture of the photographs, and the second of what is its own style."""

    def __init__(self, step: int) -> None:
        super().__init__()
        own = IMAGES["styles" if step % 2 else "photos"][1:]
        self.answer = torch.cat([IMAGES["photos"][:1], own])

    def forward(self, content: object, style: object, skip: object) -> torch.Tensor:
        return self.answer


@pytest.mark.parametrize("step", [0, 1])
def test_keeping_everything_leaves_the_style(slim: VGG, step: int) -> None:
    terms = AttentionObjective(slim)(Oracle(step), IMAGES, step)
    for name in ("content", "identity_pixels", "identity_features"):
        assert terms[name].item() == pytest.approx(0, abs=1e-5)
    assert terms["style"].item() > 0


def test_terms_have_gradients(slim: VGG) -> None:
    torch.manual_seed(0)
    shape = DecoderShape(
        level=3, channels=512, widths=(4, 4, 4, 4), blocks=(0, 0, 0, 0), skip_channels=256
    )
    net = StyleAttentionNet(shape=shape)
    terms = AttentionObjective(slim)(net, IMAGES, 0)
    sum(terms.values()).backward()  # type: ignore[union-attr]
    assert all(each.grad is not None for each in net.parameters())


def test_one_picture_has_no_identity(slim: VGG) -> None:
    one = {name: batch[:1] for name, batch in IMAGES.items()}

    class Same(nn.Module):
        def forward(self, content: object, style: object, skip: object) -> torch.Tensor:
            return one["photos"]

    assert set(AttentionObjective(slim)(Same(), one, 0)) == {
        "content",
        "style",
        "gram",
        "smoothness",
    }
