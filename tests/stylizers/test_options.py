from dataclasses import FrozenInstanceError, fields

import pytest

from impasto.errors import ImpastoError, OptionError
from impasto.stylizers.catalog import METHODS
from impasto.stylizers.options import (
    FastOptions,
    GatysOptions,
    LapStyleOptions,
    TextureOptions,
    with_threads,
)


@pytest.mark.parametrize("spec", METHODS.values(), ids=METHODS)
def test_defaults_are_valid_and_explained(spec) -> None:  # type: ignore[no-untyped-def]
    options = spec.options()
    for declared in fields(options):
        assert declared.metadata["help"].endswith(".")


def test_defaults_are_the_specifications() -> None:
    options = GatysOptions()
    assert options.encoder == "vgg19"
    assert options.content_layer == "relu4_2"
    assert options.style_layers == tuple(f"relu{block}_1" for block in range(1, 6))
    assert options.iterations == 300
    assert options.init == "content"
    assert LapStyleOptions().laplacian_pooling == (1,)
    assert TextureOptions().init == "noise"


@pytest.mark.parametrize(
    "wrong",
    [
        {"style_weight": -1.0},
        {"style_weight": float("nan")},
        {"style_weight": float("inf")},
        {"iterations": 0},
        {"levels": 0},
        {"optimizer": "sgd"},
        {"pooling": "avg"},
        {"normalization": "none"},
        {"style_layers": ()},
        {"learning_rate": -0.1},
    ],
)
def test_refuses_values_out_of_range(wrong) -> None:  # type: ignore[no-untyped-def]
    (name,) = wrong
    with pytest.raises(OptionError, match=f"{name}: expected"):
        GatysOptions(**wrong)


def test_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        GatysOptions().iterations = 5  # type: ignore[misc]


def test_error_is_a_value_error() -> None:
    assert issubclass(OptionError, ValueError)
    assert issubclass(OptionError, ImpastoError)


def test_refuses_what_torch_could_not_take() -> None:
    with pytest.raises(OptionError, match="seed: expected a whole number"):
        GatysOptions(seed=2**70)
    with pytest.raises(OptionError, match="iterations: expected a whole number"):
        GatysOptions(iterations=2.5)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="laplacian_pooling: expected at least one"):
        LapStyleOptions(laplacian_pooling=())


@pytest.mark.parametrize(
    "wrong",
    [
        {"strength": -0.1},
        {"strength": 1.6},
        {"strength": float("nan")},
        {"engine": "abacus"},
        {"precision": "float16"},
        {"threads": 0},
        {"threads": 1.5},
    ],
)
def test_fast_refuses_values_out_of_range(wrong) -> None:  # type: ignore[no-untyped-def]
    (name,) = wrong
    with pytest.raises(OptionError, match=f"{name}: expected"):
        FastOptions(**wrong)


def test_fast_takes_the_ends_of_the_range() -> None:
    assert FastOptions(strength=0).strength == 0
    assert FastOptions(strength=1.5, threads=1).strength == 1.5


def test_threads_are_filled_in_only_where_they_are_left_open() -> None:
    assert with_threads(FastOptions(), 2) == FastOptions(threads=2)
    assert with_threads(FastOptions(threads=1), 2) == FastOptions(threads=1)
    assert with_threads(FastOptions(), None) == FastOptions()
    assert with_threads(GatysOptions(), 2) == GatysOptions()
