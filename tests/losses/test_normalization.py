import pytest

from impasto.errors import OptionError
from impasto.losses.normalization import NORMALIZATIONS, check_normalization


def test_accepts_every_name() -> None:
    for name in NORMALIZATIONS:
        check_normalization(name)


def test_names_the_choices() -> None:
    with pytest.raises(OptionError, match="relative, gatys, mean, tutorial"):
        check_normalization("l2")
