import pytest

from impasto.errors import UnknownNameError
from impasto.stylizers.catalog import METHODS, MethodSpec, get_method


@pytest.mark.parametrize("spec", METHODS.values(), ids=METHODS)
def test_every_method_can_be_had(spec: MethodSpec) -> None:
    assert METHODS[spec.name] is spec
    assert callable(spec.painter())
    assert spec.kind == "feed-forward" or callable(spec.stylizer())
    assert spec.source
    assert spec.description


def test_unknown_method_names_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="gatys, lapstyle, texture, fast, adain, wct, sanet"):
        get_method("magic")
