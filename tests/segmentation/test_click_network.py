import pytest
import torch

from impasto.segmentation.click_network import (
    CANDIDATES,
    FEATURE_CHANNELS,
    ClickNetwork,
    Residual,
)


@pytest.fixture(scope="module")
def network() -> ClickNetwork:
    torch.manual_seed(0)
    return ClickNetwork().eval()


def features(height: int, width: int) -> dict[int, torch.Tensor]:
    return {s: torch.randn(1, c, height // s, width // s) for s, c in FEATURE_CHANNELS.items()}


@pytest.mark.parametrize("size", [(32, 64), (64, 48)])
def test_shapes(network: ClickNetwork, size: tuple[int, int]) -> None:
    height, width = size
    with torch.no_grad():
        image = network.look_at(features(height, width))
        assert image.edges.shape == (1, 1, height // 4, width // 4)
        masks = network(
            image,
            torch.rand(3, 2, 2),
            torch.tensor([[1.0, -1.0]]).expand(3, 2),
            torch.zeros(3, 4),
            torch.zeros(3, 1, height // 4, width // 4),
        )
    assert masks.logits.shape == (3, CANDIDATES, height // 4, width // 4)
    assert masks.quality.shape == (3, CANDIDATES)
    for stride, logits in masks.likeness.items():
        assert logits.shape == (3, 1, height // stride, width // stride)


def test_padding_with_no_click_changes_nothing(network: ClickNetwork) -> None:
    image = network.look_at(features(32, 32))
    point = torch.tensor([[[0.4, 0.6]]])
    rest = (torch.zeros(1, 4), torch.zeros(1, 1, 8, 8))
    alone = network(image, point, torch.ones(1, 1), *rest)
    padded = network(
        image,
        torch.cat([point, torch.rand(1, 2, 2)], dim=1),
        torch.tensor([[1.0, 0.0, 0.0]]),
        *rest,
    )
    torch.testing.assert_close(alone.logits, padded.logits)


def test_every_weight_learns(network: ClickNetwork) -> None:
    fresh = ClickNetwork()
    for parameter in fresh.parameters():
        torch.nn.init.normal_(parameter, std=0.05)
    image = fresh.look_at(features(32, 32))
    masks = fresh(
        image,
        torch.rand(2, 2, 2),
        torch.tensor([[1.0, -1.0], [1.0, 1.0]]),
        torch.zeros(2, 4),
        torch.rand(2, 1, 8, 8),
    )
    answered = masks.logits.square().mean() + masks.quality.sum() + image.edges.sum()
    (answered + sum(each.square().sum() for each in masks.likeness.values())).backward()
    still = [name for name, each in fresh.named_parameters() if each.grad is None]
    assert not still


def test_a_fresh_residual_is_the_identity() -> None:
    x = torch.randn(1, 16, 5, 5)
    block = Residual(16)
    torch.nn.init.zeros_(block.second.bias)
    torch.testing.assert_close(block(x), x)
