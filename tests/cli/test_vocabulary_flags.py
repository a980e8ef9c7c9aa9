import inspect
from typing import Any

import pytest

from impasto.cli.batch import batch_command
from impasto.cli.vocabulary_flags import VOCABULARY, style_words, with_vocabulary, words_of
from impasto.errors import OptionError


def test_a_command_gets_the_flags_of_every_control_and_option() -> None:
    parameters = inspect.signature(batch_command).parameters
    assert set(VOCABULARY) <= set(parameters)
    assert {"iterations", "keep_color", "engine", "laplacian_pooling"} <= set(VOCABULARY)
    assert "words" not in parameters
    assert parameters["semantic"].default is False
    assert parameters["iterations"].default is None


def test_the_command_is_given_the_words_that_were_said() -> None:
    found: dict[str, Any] = {}

    @with_vocabulary
    def command(words: dict[str, Any], size: int = 3) -> None:
        found.update(words=words, size=size)

    said: dict[str, Any] = dict.fromkeys(VOCABULARY)
    command(size=5, **{**said, "iterations": 7, "semantic": False, "style_layers": "relu1_1, x"})
    assert found == {"words": {"iterations": 7, "style_layers": ["relu1_1", "x"]}, "size": 5}


def test_lists_of_numbers() -> None:
    assert words_of({"laplacian_pooling": "4,16"}) == {"laplacian_pooling": [4, 16]}
    with pytest.raises(OptionError, match="--laplacian-pooling: expected numbers"):
        words_of({"laplacian_pooling": "4,many"})


def test_styles_with_shares_and_masks() -> None:
    assert style_words(["a", "b"], "0.7,0.3", ["m"]) == [
        {"style": "a", "weight": 0.7, "mask": "m"},
        {"style": "b", "weight": 0.3, "mask": "m"},
    ]
    assert style_words(["a", "b"], None, ["m", "rest"])[1] == {"style": "b", "mask": "rest"}
    with pytest.raises(OptionError, match="--blend: expected 2 numbers"):
        style_words(["a", "b"], "1", [])
    with pytest.raises(OptionError, match="--mask: expected one mask"):
        style_words(["a", "b", "c"], None, ["m", "n"])
