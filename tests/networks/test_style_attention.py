import pytest
import torch

from impasto.errors import ShapeError
from impasto.networks.feature_decoder import DecoderShape
from impasto.networks.style_attention import (
    StyleAttention,
    StyleAttentionNet,
    normalized_features,
)

SHAPE = DecoderShape(level=3, channels=16, widths=(4, 4, 4, 4), blocks=(0, 0, 0, 1))


def features(size: tuple[int, int], seed: int = 0) -> torch.Tensor:
    return torch.randn(2, 16, *size, generator=torch.Generator().manual_seed(seed))


def test_attention_is_the_formula() -> None:
    """Position by position, in float64."""
    torch.manual_seed(0)
    layer = StyleAttention(16, 4).double()
    content, style = features((2, 3)).double(), features((3, 2), 1).double()
    ours, theirs = normalized_features(content).double(), normalized_features(style).double()
    found = layer(content, ours, *layer.remember(style, theirs))
    query, key, value = layer.query(ours), layer.key(theirs), layer.value(style)
    for i in range(2):
        for j in range(3):
            scores = torch.einsum("bk,bkn->bn", query[:, :, i, j], key.flatten(2)) / 2
            mixed = torch.einsum("bn,bcn->bc", scores.softmax(1), value.flatten(2))
            expected = content[:, :, i, j] + layer.result(mixed[:, :, None, None])[:, :, 0, 0]
            torch.testing.assert_close(found[:, :, i, j], expected, rtol=1e-5, atol=1e-6)


def test_the_order_of_the_styles_positions_does_not_matter() -> None:
    torch.manual_seed(0)
    layer = StyleAttention(16, 4)
    content, style = features((2, 3)), features((4, 4), 1)
    keys, values = layer.remember(style, normalized_features(style))
    order = torch.randperm(16)
    torch.testing.assert_close(
        layer(content, content, keys, values),
        layer(content, content, keys[:, :, order], values[:, :, order]),
    )


def test_sizes_of_photograph_and_style_differ() -> None:
    net = StyleAttentionNet(shape=SHAPE)
    content = features((4, 6)), features((2, 3), 1)
    style = features((2, 4), 2), features((1, 2), 3)
    assert net(content, style).shape == (2, 3, 32, 48)
    net(content, style).sum().backward()
    assert all(each.grad is not None for each in net.parameters())


def test_features_are_divided_by_their_scales() -> None:
    torch.manual_seed(0)
    net = StyleAttentionNet(shape=SHAPE)
    larger = StyleAttentionNet((torch.full((16,), 8.0), torch.full((16,), 2.0)), SHAPE)
    state = {name: value for name, value in net.state_dict().items() if "scale" not in name}
    larger.load_state_dict(state, strict=False)
    pairs = [(features((2, 2), k), features((1, 1), k + 1)) for k in (0, 5)]
    scaled = [(8 * four, 2 * five) for four, five in pairs]
    torch.testing.assert_close(net(*pairs), larger(*scaled), rtol=1e-4, atol=1e-4)


def test_normalized() -> None:
    found = normalized_features(5 * features((4, 4)) + 3)
    torch.testing.assert_close(found.mean((2, 3)), torch.zeros(2, 16), rtol=0, atol=1e-5)
    assert not normalized_features(torch.full((1, 2, 3, 3), 7.0)).any()


def test_wrong_scale() -> None:
    with pytest.raises(ShapeError, match=r"scale5: expected \(16,\)"):
        StyleAttentionNet((torch.ones(16), torch.ones(3)), SHAPE)
