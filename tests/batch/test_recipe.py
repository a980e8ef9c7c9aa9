from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from impasto.batch.recipe import StyleWords, read_recipe, settle_paths
from impasto.errors import ImpastoError, OptionError, UnknownNameError
from impasto.guidance.controls import Controls
from impasto.stylizers.catalog import METHODS
from impasto.stylizers.options import FastOptions, GatysOptions

pytestmark = pytest.mark.usefixtures("networks")


def test_a_style_alone_is_enough() -> None:
    recipe = read_recipe({"style": "stripes"})
    assert (recipe.method, recipe.options, recipe.label) == ("fast", FastOptions(), "stripes")
    assert recipe.is_plain
    recipe = read_recipe({"style": "mosaic", "iterations": None})
    assert (recipe.method, recipe.options) == ("gatys", GatysOptions())


@pytest.mark.parametrize("method", METHODS)
def test_every_option_and_control_has_its_word(method: str) -> None:
    spec = METHODS[method]
    style = "stripes" if spec.takes == "network" else "mosaic"
    for declared in fields(spec.options):
        value: Any = declared.default
        value = list(value) if isinstance(value, tuple) else value
        recipe = read_recipe({"style": style, "method": method, declared.name: value})
        assert getattr(recipe.options, declared.name) == declared.default
    own = {declared.name for declared in fields(spec.options)}
    for declared in fields(Controls):
        if declared.name not in own:
            words = {"style": style, "method": method, declared.name: declared.default}
            assert read_recipe(words).controls == Controls()


def test_several_styles_each_with_words_of_its_own() -> None:
    recipe = read_recipe(
        {
            "style": ["mosaic", {"style": "a/candy.jpg", "weight": 2, "layers": ["relu1_1"]}],
            "method": "gatys",
            "style_scale": 2.0,
            "size": 64,
            "precision": "float32",
            "quality": 80,
        }
    )
    second = StyleWords(style="a/candy.jpg", weight=2, layers=("relu1_1",))
    assert recipe.styles == (StyleWords(style="mosaic"), second)
    assert (recipe.label, recipe.size, recipe.quality) == ("mosaic-candy", 64, 80)
    assert not recipe.is_plain


def test_strength_is_an_option_where_the_method_has_one_and_a_control_elsewhere() -> None:
    assert read_recipe({"style": "stripes", "strength": 0.5}).options == FastOptions(strength=0.5)
    recipe = read_recipe({"style": "mosaic", "method": "gatys", "strength": 0.5})
    assert recipe.controls == Controls(strength=0.5)


def test_labels_are_names_of_files() -> None:
    assert read_recipe({"style": "stripes:0.6,dots:0.4"}).label == "stripes-0.6-dots-0.4"
    uri = "s3://bucket/starry night.jpg"
    assert read_recipe({"style": uri, "method": "gatys"}).label == "starry night"
    many = read_recipe({"style": ["a", "b", "c", "d", "e"], "method": "gatys"})
    assert many.label == "a-b-c-2-more"


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "no style": ({}, "style: expected the name"),
    "style of a wrong kind": ({"style": 3}, "style: expected a name"),
    "style without a style": ({"style": {"weight": 1}}, "style: expected a style"),
    "field of a style": ({"style": {"style": "a", "wieght": 1}}, "no field 'wieght'"),
    "weight": ({"style": {"style": "mosaic", "weight": -1}}, "weight"),
    "mask": ({"style": {"style": "mosaic", "mask": 5}}, "mask"),
    "layers": ({"style": {"style": "mosaic", "layers": "relu1_1"}}, "layers"),
    "misspelt": ({"style": "stripes", "strenght": 1}, "did you mean 'strength'"),
    "unknown": ({"style": "stripes", "colour": 1}, "colour"),
    "other method's option": ({"style": "stripes", "iterations": 3}, "one of gatys"),
    "number": ({"style": "mosaic", "iterations": "many"}, "iterations: expected a number"),
    "truth": ({"style": "mosaic", "iterations": True}, "iterations: expected a number"),
    "range": ({"style": "mosaic", "iterations": 0}, "iterations: expected a whole number"),
    "text": ({"style": "mosaic", "encoder": 19}, "encoder: expected text"),
    "choice": ({"style": "mosaic", "pooling": "least"}, "pooling: expected one of"),
    "list": ({"style": "mosaic", "style_layers": "relu1_1"}, "style_layers: expected a list"),
    "numbers": ({"style": "mosaic", "method": "lapstyle", "laplacian_pooling": ["a"]}, "numbers"),
    "true or false": ({"style": "mosaic", "semantic": "yes"}, "semantic: expected true"),
    "control": ({"style": "mosaic", "keep_color": "all"}, "keep_color: expected one of"),
    "not honoured": ({"style": "stripes", "texture": True}, "cannot honour"),
    "outside of nothing": ({"style": "mosaic", "exact_outside": True}, "expected a mask"),
    "size": ({"style": "stripes", "size": 8}, "size: expected a whole number of 16"),
    "quality": ({"style": "stripes", "quality": 101}, "quality: expected 1 to 100"),
    "two networks": ({"style": "stripes,lone"}, "one network"),
}


@pytest.mark.parametrize(("words", "message"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_named(words: dict[str, Any], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        read_recipe(words)


@pytest.mark.parametrize(
    "words", [{"style": "a", "method": "slow"}, {"style": "x", "method": "fast"}]
)
def test_unknown_names(words: dict[str, Any]) -> None:
    with pytest.raises((UnknownNameError, ImpastoError)):
        read_recipe(words)


def test_paths_become_those_of_any_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("style.png", "mask.png", "init.png"):
        (tmp_path / name).touch()
    words = {
        "style": ["stripes", {"style": "style.png", "mask": "outside:mask.png"}, "s3://b/c.png"],
        "init": "init.png",
        "size": 64,
    }
    assert settle_paths(words) == {
        "style": [
            "stripes",
            {"style": f"{tmp_path}/style.png", "mask": f"outside:{tmp_path}/mask.png"},
            "s3://b/c.png",
        ],
        "init": f"{tmp_path}/init.png",
        "size": 64,
    }
    assert settle_paths({"style": "stripes:1,dots:2", "init": "noise"}) == {
        "style": "stripes:1,dots:2",
        "init": "noise",
    }
