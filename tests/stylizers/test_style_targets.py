from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from impasto.encoders.vgg import VGG
from impasto.losses.gram import gram_matrix
from impasto.losses.total_variation import total_variation
from impasto.optimization.terms import StyleBlendTerm, StyleTerm
from impasto.stylizers.options import GatysOptions
from impasto.stylizers.protocol import MaskedImage, StyleGuide, StylePart, StyleRegion
from impasto.stylizers.style_targets import (
    at_size,
    guide_layers,
    source_grams,
    style_size,
    style_terms,
    total_variation_term,
)

Make = Callable[..., torch.Tensor]
LAYERS = ("relu1_1", "relu2_1")
OPTIONS = GatysOptions(style_layers=LAYERS)
SIZE = (64, 64)


def left(part: float = 0.5) -> torch.Tensor:
    mask = torch.zeros(1, 1, *SIZE)
    mask[..., : int(part * SIZE[1])] = 1
    return mask


@pytest.fixture
def content(smooth_image: Make) -> MaskedImage:
    return MaskedImage(image=smooth_image(*SIZE, 1))


@pytest.fixture
def styles(smooth_image: Make) -> list[StylePart]:
    return [StylePart(source=MaskedImage(image=smooth_image(48, 48, seed))) for seed in (2, 3)]


def test_style_covers_the_area_of_the_image_but_never_grows() -> None:
    assert style_size((400, 400), (200, 200)) == (200, 200)
    assert style_size((400, 800), (200, 100)) == (100, 200)
    assert style_size((100, 100), (4000, 4000)) == (100, 100)
    assert style_size((1000, 16), (20, 20)) == (158, 16)


def test_a_scale_is_applied_to_that() -> None:
    assert style_size((400, 400), (200, 200), 0.5) == (100, 100)
    assert style_size((100, 100), (400, 400), 2) == (200, 200)


def test_at_size_takes_the_mask_along(smooth_image: Make) -> None:
    mask = torch.ones(1, 1, 32, 32)
    scaled = at_size(MaskedImage(image=smooth_image(32, 32), mask=mask), (16, 16))
    assert scaled.image.shape == (1, 3, 16, 16)
    assert scaled.mask is not None
    assert scaled.mask.shape == (1, 1, 16, 16)


def test_a_style_is_at_its_own_target(encoder: VGG, smooth_image: Make) -> None:
    picture = MaskedImage(image=smooth_image(*SIZE))
    (term,) = style_terms(encoder, StyleGuide.of(picture), picture, SIZE, OPTIONS)
    features = encoder(picture.image, LAYERS)
    assert term.weight == OPTIONS.style_weight
    assert term.loss(picture.image, features).item() == pytest.approx(0, abs=1e-10)


def test_a_blend_is_the_weighted_sum_of_losses(
    encoder: VGG, content: MaskedImage, styles: list[StylePart]
) -> None:
    parts = (replace(styles[0], share=0.75), replace(styles[1], share=0.25))
    guide = StyleGuide(regions=(StyleRegion(parts=parts),))
    (blend,) = style_terms(encoder, guide, content, SIZE, OPTIONS)
    features = encoder(content.image, LAYERS)
    each = [
        style_terms(encoder, StyleGuide.of(part.source), content, SIZE, OPTIONS)[0]
        for part in parts
    ]
    expected = sum(
        part.share * term.loss(content.image, features)
        for part, term in zip(parts, each, strict=True)
    )
    torch.testing.assert_close(blend.loss(content.image, features), expected)


def test_each_style_has_layers_of_its_own(
    encoder: VGG, content: MaskedImage, styles: list[StylePart]
) -> None:
    parts = (replace(styles[0], share=0.5, layers=("relu3_1",)), replace(styles[1], share=0.5))
    guide = StyleGuide(regions=(StyleRegion(parts=parts),))
    (term,) = style_terms(encoder, guide, content, SIZE, OPTIONS)
    assert isinstance(term, StyleBlendTerm)
    assert [tuple(target.grams) for target in term.targets] == [("relu3_1",), LAYERS]
    assert guide_layers(guide, OPTIONS) == ("relu3_1", *LAYERS)


def test_regions_weigh_by_their_part_of_what_is_seen(
    encoder: VGG, content: MaskedImage, styles: list[StylePart]
) -> None:
    regions = (
        StyleRegion(parts=(styles[0],), mask=left(0.25)),
        StyleRegion(parts=(styles[1],), mask=1 - left(0.25)),
        StyleRegion(parts=(styles[1],), mask=left(0)),
    )
    found = style_terms(encoder, StyleGuide(regions=regions), content, SIZE, OPTIONS)
    assert [term.name for term in found] == ["style 1", "style 2"]
    assert [term.weight / OPTIONS.style_weight for term in found] == pytest.approx([0.25, 0.75])
    seen = MaskedImage(image=content.image, mask=left(0.5))
    found = style_terms(encoder, StyleGuide(regions=regions), seen, SIZE, OPTIONS)
    assert [term.weight / OPTIONS.style_weight for term in found] == pytest.approx([0.5, 0.5])


def test_what_is_outside_a_mask_does_not_bleed_in(
    encoder: VGG, content: MaskedImage, styles: list[StylePart], smooth_image: Make
) -> None:
    """Another picture outside the mask changes a region's loss at its border only."""
    guide = StyleGuide(regions=(StyleRegion(parts=(styles[0],), mask=left()),))
    (term,) = style_terms(encoder, guide, content, SIZE, OPTIONS)
    other = content.image.clone()
    other[..., 32:] = smooth_image(*SIZE, 9)[..., 32:]
    losses = [term.loss(image, encoder(image, LAYERS)).item() for image in (content.image, other)]
    assert losses[1] == pytest.approx(losses[0], rel=0.1)
    whole = StyleGuide.of(styles[0].source)
    (unmasked,) = style_terms(encoder, whole, content, SIZE, OPTIONS)
    change = [
        unmasked.loss(image, encoder(image, LAYERS)).item() for image in (content.image, other)
    ]
    assert abs(change[1] - change[0]) > 4 * abs(losses[1] - losses[0])


def test_skipping_empty_positions_changes_nothing(
    encoder: VGG, content: MaskedImage, styles: list[StylePart]
) -> None:
    guide = StyleGuide(regions=(StyleRegion(parts=(styles[0],), mask=left(0.3)),))
    (term,) = style_terms(encoder, guide, content, SIZE, OPTIONS)
    assert isinstance(term, StyleTerm)
    assert term.small_mask
    features = encoder(content.image, LAYERS)
    plain = replace(term, small_mask=False)
    torch.testing.assert_close(
        term.loss(content.image, features), plain.loss(content.image, features)
    )


def test_strength_moves_the_target_from_the_photographs_own(
    encoder: VGG, content: MaskedImage, styles: list[StylePart]
) -> None:
    features = encoder(content.image, LAYERS)
    own = {layer: gram_matrix(value) for layer, value in features.items()}

    def targets(strength: float) -> dict[str, torch.Tensor]:
        part = replace(styles[0], strength=strength)
        guide = StyleGuide(regions=(StyleRegion(parts=(part,)),))
        (term,) = style_terms(encoder, guide, content, SIZE, OPTIONS)
        assert isinstance(term, StyleTerm)
        return dict(term.targets)

    full, half, none = targets(1), targets(0.5), targets(0)
    for layer in LAYERS:
        torch.testing.assert_close(none[layer], own[layer])
        torch.testing.assert_close(half[layer], (own[layer] + full[layer]) / 2)


def test_large_style_images_are_read_in_pieces(encoder: VGG, smooth_image: Make) -> None:
    mask = torch.ones(1, 1, 128, 192)
    mask[..., :50] = 0.5
    source = MaskedImage(image=smooth_image(128, 192), mask=mask)
    whole = source_grams(encoder, source, LAYERS, most_pixels=1e9)
    pieces = source_grams(encoder, source, LAYERS, most_pixels=9_000)
    for layer in LAYERS:
        difference = (pieces[layer] - whole[layer]).norm() / whole[layer].norm()
        assert 0 < difference < 0.01
    empty = MaskedImage(image=source.image, mask=torch.zeros_like(mask))
    assert source_grams(encoder, empty, ("relu1_1",), most_pixels=1e9)["relu1_1"].abs().max() == 0


def test_smoothness_follows_what_is_painted(styles: list[StylePart], smooth_image: Make) -> None:
    image = smooth_image(*SIZE)
    strong, weak = styles[0], replace(styles[1], strength=0.5)
    regions = (
        StyleRegion(parts=(strong,), mask=left(0.5)),
        StyleRegion(parts=(weak,), mask=1 - left(0.5)),
    )
    term = total_variation_term(OPTIONS, StyleGuide(regions=regions), SIZE)
    mask = left(0.5) + 0.5 * (1 - left(0.5))
    torch.testing.assert_close(term.loss(image, {}), total_variation(image, mask))
    plain = total_variation_term(OPTIONS, StyleGuide.of(strong.source), SIZE)
    assert (plain.weight, plain.mask) == (OPTIONS.tv_weight, None)
