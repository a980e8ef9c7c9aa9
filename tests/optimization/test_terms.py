import pytest
import torch

from impasto.losses.content import content_loss
from impasto.losses.gram import gram_matrix
from impasto.losses.laplacian import laplacian_loss
from impasto.losses.style import style_loss
from impasto.losses.total_variation import total_variation
from impasto.optimization.terms import (
    ContentTerm,
    LaplacianTerm,
    StyleBlendTerm,
    StyleTarget,
    StyleTerm,
    TemporalTerm,
    TotalVariationTerm,
    gram_matrices,
)

IMAGE = torch.rand(1, 3, 16, 16)
FEATURES = {"relu1_1": torch.rand(1, 4, 16, 16), "relu2_1": torch.rand(1, 5, 8, 8)}
TARGETS = {name: torch.rand_like(value) for name, value in FEATURES.items()}


def test_content_sums_over_layers() -> None:
    term = ContentTerm(weight=1, targets=TARGETS, normalization="gatys")
    expected = sum(content_loss(FEATURES[name], TARGETS[name]) for name in TARGETS)
    torch.testing.assert_close(term.loss(IMAGE, FEATURES), expected)
    assert term.layers == ("relu1_1", "relu2_1")


def test_style_takes_gram_matrices() -> None:
    targets = gram_matrices(TARGETS, None)
    term = StyleTerm(weight=1, targets=targets, normalization="gatys")
    ours = {name: gram_matrix(value) for name, value in FEATURES.items()}
    torch.testing.assert_close(term.loss(IMAGE, FEATURES), style_loss(ours, targets))


def test_masks_are_taken_to_the_layers_size() -> None:
    mask = torch.zeros(1, 1, 16, 16)
    mask[..., :8] = 1
    changed = {name: value.clone() for name, value in FEATURES.items()}
    for value in changed.values():
        value[..., value.shape[-1] // 2 :] = 9
    style = StyleTerm(
        weight=1, targets=gram_matrices(TARGETS, None), normalization="relative", mask=mask
    )
    content = ContentTerm(weight=1, targets=TARGETS, normalization="relative", mask=mask)
    for term in (style, content):
        torch.testing.assert_close(term.loss(IMAGE, changed), term.loss(IMAGE, FEATURES))


def test_pixel_terms() -> None:
    other = torch.rand_like(IMAGE)
    torch.testing.assert_close(TotalVariationTerm(weight=2).loss(IMAGE, {}), total_variation(IMAGE))
    term = LaplacianTerm(weight=1, content_image=other, poolings=(1, 4))
    expected = laplacian_loss(IMAGE, other) + laplacian_loss(IMAGE, other, pooling=4)
    assert term.loss(IMAGE, {}).item() == pytest.approx(expected.item())
    assert term.layers == ()


def test_a_blend_sums_styles_over_their_own_layers() -> None:
    first = gram_matrices(TARGETS, None)
    second = {"relu2_1": torch.rand_like(first["relu2_1"])}
    targets = (StyleTarget(share=0.25, grams=first), StyleTarget(share=0.75, grams=second))
    term = StyleBlendTerm(weight=1, targets=targets, normalization="gatys")
    ours = {name: gram_matrix(value) for name, value in FEATURES.items()}
    expected = 0.25 * style_loss(ours, first) + 0.75 * style_loss(
        {"relu2_1": ours["relu2_1"]}, second
    )
    torch.testing.assert_close(term.loss(IMAGE, FEATURES), expected)
    assert term.layers == ("relu1_1", "relu2_1")


def test_smoothness_within_a_mask() -> None:
    mask = torch.rand(1, 1, 16, 16)
    term = TotalVariationTerm(weight=1, mask=mask)
    torch.testing.assert_close(term.loss(IMAGE, {}), total_variation(IMAGE, mask))


def test_temporal_term_is_its_loss() -> None:
    moved, known = torch.rand_like(IMAGE), torch.rand_like(IMAGE[:, :1])
    term = TemporalTerm(weight=3, moved=moved, known=known)
    expected = (known * (IMAGE - moved) ** 2).mean()
    torch.testing.assert_close(term.loss(IMAGE, {}), expected)
    assert term.layers == ()
