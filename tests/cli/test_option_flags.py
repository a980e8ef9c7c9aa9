from dataclasses import fields

import pytest
from typer.testing import CliRunner

from impasto.cli.app import app
from impasto.cli.option_flags import method_flag, options_from_flags, suits
from impasto.errors import OptionError, UnknownNameError
from impasto.stylizers.catalog import METHODS
from impasto.stylizers.options import GatysOptions, LapStyleOptions, WctOptions


def test_unset_flags_leave_the_defaults() -> None:
    assert options_from_flags("gatys", {"iterations": None}) == GatysOptions()


def test_text_becomes_tuples() -> None:
    flags = {"style_layers": "relu1_1, relu2_1,", "laplacian_pooling": "4, 16", "seed": 3}
    assert options_from_flags("lapstyle", flags) == LapStyleOptions(
        style_layers=("relu1_1", "relu2_1"), laplacian_pooling=(4, 16), seed=3
    )


def test_numbers_separated_by_commas() -> None:
    assert options_from_flags("wct", {"level_strengths": "1, 0.5,0,1"}) == WctOptions(
        level_strengths=(1.0, 0.5, 0.0, 1.0)
    )
    with pytest.raises(OptionError, match="expected numbers separated by commas"):
        options_from_flags("wct", {"level_strengths": "1,much"})
    with pytest.raises(OptionError, match="expected four from 0 to 1"):
        options_from_flags("wct", {"level_strengths": "1,1"})


def test_refusals() -> None:
    with pytest.raises(UnknownNameError, match="gatys"):
        options_from_flags("magic", {})
    with pytest.raises(OptionError, match="--laplacian-weight is not an option of gatys"):
        options_from_flags("gatys", {"laplacian_weight": 1.0})
    with pytest.raises(OptionError, match="whole numbers"):
        options_from_flags("lapstyle", {"laplacian_pooling": "4,x"})
    for name in ("laplacian_pooling", "style_layers"):
        with pytest.raises(OptionError, match="at least one"):
            options_from_flags("lapstyle", {name: ","})


def test_every_option_of_every_method_is_a_flag() -> None:
    shown = CliRunner().invoke(app, ["stylize", "--help"], env={"COLUMNS": "200"}).stdout
    for spec in METHODS.values():
        for declared in fields(spec.options):
            assert f"--{declared.name.replace('_', '-')}" in shown


def test_help_tells_defaults_where_methods_differ() -> None:
    optimized = {name: spec.options() for name, spec in METHODS.items() if spec.kind == "optimized"}
    defaults = ", ".join(f"{name} {options.style_weight}" for name, options in optimized.items())
    assert method_flag("style_weight").help.endswith(f"Default: {defaults}.")
    assert method_flag("optimizer").help.endswith("One of lbfgs, adam. Default: lbfgs.")
    assert method_flag("learning_rate").help.endswith("Default: automatic.")
    assert method_flag("strength").help.endswith("Default: fast 1.0.")


def test_which_method_the_flags_suit() -> None:
    assert suits("fast", {"strength": 0.5, "iterations": None})
    assert not suits("fast", {"strength": 0.5, "iterations": 3})
    assert suits("gatys", {"iterations": 3})
