from dataclasses import fields
from pathlib import Path

import pytest

from impasto.errors import OptionError, UnknownNameError
from impasto.networks.shapes import RealtimeNetShape, TransformNetShape
from impasto.training.recipe import TrainingRecipe, flag_name


def test_defaults() -> None:
    recipe = TrainingRecipe()
    assert recipe.network_shape == RealtimeNetShape()
    assert recipe.has_rows
    assert recipe.balances_style
    assert recipe.flags() == []
    assert recipe.as_dict()["style_layers"] == list(recipe.style_layers)


def test_every_field_says_what_it_is() -> None:
    for declared in fields(TrainingRecipe):
        assert declared.metadata["help"].endswith((".", "0 leaves it alone.")), declared.name


def test_shapes() -> None:
    recipe = TrainingRecipe(shape=("eighth=64", "blocks=2"))
    assert recipe.network_shape == RealtimeNetShape(eighth=64, blocks=2)
    paper = TrainingRecipe(
        architecture="transform", shape=("width=16", "upsampling=transposed", "value_range=2.5")
    )
    assert paper.network_shape == TransformNetShape(
        width=16, upsampling="transposed", value_range=2.5
    )
    assert not paper.has_rows


def test_flags_make_the_recipe_again() -> None:
    recipe = TrainingRecipe(
        steps=7, content_target=None, shape=("blocks=2", "half=8"), init_from="great-wave"
    )
    assert recipe.flags() == [
        *("--steps", "7", "--content-target", "0"),
        *("--shape", "blocks=2,half=8", "--from", "great-wave"),
    ]
    assert flag_name("ema_decay") == "--ema-decay"


@pytest.mark.parametrize("target", [None, 0.0])
def test_no_target_leaves_weights_alone(target: float | None) -> None:
    assert not TrainingRecipe(content_target=target).balances_style


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"steps": 0}, "steps"),
        ({"minutes": 0.0}, "minutes"),
        ({"crop_size": 100}, "multiple of 8"),
        ({"crop_size": 24}, "32 px"),
        ({"zoom": 0.5}, "zoom"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"pooling": "median"}, "average, max"),
        ({"style_layers": ()}, "at least one"),
        ({"style_weight": 0.0}, "steer from"),
        ({"content_weight": 0.0, "style_weight": 0.0}, "one above 0"),
        ({"architecture": "magic"}, "architecture"),
        ({"shape": ("width=8",)}, "half"),
        ({"shape": ("half",)}, "name=value"),
        ({"shape": ("half=wide",)}, "whole number"),
        ({"precision": "float16"}, "precision"),
        ({"seed": -1}, "seed"),
    ],
)
def test_refusals(values: dict[str, object], message: str) -> None:
    with pytest.raises((OptionError, UnknownNameError), match=message):
        TrainingRecipe(**values)


def test_the_documentation_has_every_option() -> None:
    page = (Path(__file__).parents[2] / "docs" / "training.md").read_text("utf-8")
    for declared in fields(TrainingRecipe):
        row = f"| `{declared.name}` | `{flag_name(declared.name)}` |"
        found = [line for line in page.splitlines() if line.startswith(row)]
        assert len(found) == 1, declared.name
        assert declared.metadata["help"] in found[0]
        default = declared.default
        if isinstance(default, int | float | str):
            assert f"| `{default}` |" in found[0]


def test_only_rows_of_a_trained_network_can_be_trained_alone() -> None:
    TrainingRecipe(shared_pace=0, init_from="great-wave")
    with pytest.raises(OptionError, match="shared_pace: expected above 0"):
        TrainingRecipe(shared_pace=0)
    with pytest.raises(OptionError, match="shared_pace"):
        TrainingRecipe(shared_pace=0, init_from="great-wave", architecture="transform")
