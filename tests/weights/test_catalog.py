import dataclasses
import re
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import pytest

from impasto.errors import UnknownNameError
from impasto.weights.catalog import WEIGHTS, WeightSpec, get_weights
from impasto.weights.layouts import LAYOUTS, VGG_BLOCKS

every_spec = pytest.mark.parametrize("spec", WEIGHTS.values(), ids=WEIGHTS)


@pytest.mark.parametrize("name", WEIGHTS)
def test_get_weights_returns_the_spec_of_that_name(name: str) -> None:
    assert get_weights(name) is WEIGHTS[name]
    assert get_weights(name).name == name


def test_get_weights_names_the_nearest_and_all_others() -> None:
    with pytest.raises(UnknownNameError, match=r"Did you mean 'vgg19'\?") as caught:
        get_weights("vgg-19")
    assert all(name in str(caught.value) for name in WEIGHTS)
    assert "vgg-19" in str(caught.value)


def test_get_weights_guesses_nothing_when_nothing_is_near() -> None:
    with pytest.raises(UnknownNameError) as caught:
        get_weights("☃")
    assert "Did you mean" not in str(caught.value)


def test_unknown_name_is_a_lookup_error() -> None:
    with pytest.raises(LookupError):
        get_weights("")


@every_spec
def test_checksum_and_size(spec: WeightSpec) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", spec.sha256)
    assert spec.size_bytes > 0


@every_spec
def test_words_are_there(spec: WeightSpec) -> None:
    assert all([spec.title, spec.licence, spec.origin])
    assert spec.kind in ("encoder", "segmentation", "metric")


@every_spec
def test_filename_is_a_bare_name(spec: WeightSpec) -> None:
    assert PurePosixPath(spec.filename).name == spec.filename
    assert "\\" not in spec.filename


@every_spec
def test_there_is_a_source(spec: WeightSpec) -> None:
    assert spec.url or spec.package or spec.shipped


@every_spec
def test_url_is_https_and_ends_in_the_filename(spec: WeightSpec) -> None:
    if spec.url is not None:
        assert urlsplit(spec.url).scheme == "https"
        assert PurePosixPath(urlsplit(spec.url).path).name == spec.filename


@every_spec
def test_checksum_in_a_torchvision_filename_is_the_checksum(spec: WeightSpec) -> None:
    if spec.layout == "torchvision-vgg":
        prefix = spec.filename.removesuffix(".pth").rpartition("-")[2]
        assert len(prefix) == 8
        assert spec.sha256.startswith(prefix)


@every_spec
def test_package_can_be_looked_for_without_an_import(spec: WeightSpec) -> None:
    if spec.package is not None:
        assert spec.package[0].isidentifier()
        assert spec.package[1] == spec.filename


@every_spec
def test_layout_and_architecture_are_known(spec: WeightSpec) -> None:
    if spec.layout == "named-tensors":
        assert spec.architecture in ("vgg19-slim", "click", "lpips")
    else:
        assert spec.layout in LAYOUTS
        assert spec.architecture in VGG_BLOCKS


@every_spec
def test_preprocessing_centres_an_image(spec: WeightSpec) -> None:
    preprocessing = spec.preprocessing
    assert preprocessing.scale in (1.0, 255.0)
    assert all(0 < mean < preprocessing.scale for mean in preprocessing.mean)
    assert all(std > 0 for std in preprocessing.std)


def test_both_preprocessings_mean_the_same_grey() -> None:
    oxford = get_weights("vgg19").preprocessing
    torchvision = get_weights("vgg16").preprocessing
    rgb = [mean / oxford.scale for mean in reversed(oxford.mean)]
    assert rgb == pytest.approx(torchvision.mean, abs=3e-3)


def test_specs_are_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        get_weights("vgg19").name = "other"  # type: ignore[misc]
