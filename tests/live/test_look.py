from __future__ import annotations

from pathlib import Path

import pytest

from impasto.errors import OptionError, UnknownNameError
from impasto.live.look import Look


def test_a_look_is_a_style_of_a_network(networks: Path) -> None:
    style = Look(style="stripes").fast_style()
    assert style is not None
    assert style.weights == {"stripes": 1.0}
    assert Look(style=None).fast_style() is None


def test_two_styles_are_shared_out(networks: Path) -> None:
    style = Look(style="stripes", blend="dots", share=0.25).fast_style()
    assert style is not None
    assert style.weights == pytest.approx({"stripes": 0.75, "dots": 0.25})
    whole = Look(style="stripes", blend="dots", share=1.0).fast_style()
    assert whole is not None
    assert whole.weights["dots"] == pytest.approx(1)
    none = Look(style="stripes", blend="dots", share=0.0).fast_style()
    assert none is not None
    assert none.weights == {"stripes": 1.0}


def test_what_cannot_be_is_refused(networks: Path) -> None:
    with pytest.raises(OptionError, match="share"):
        Look(style="stripes", share=1.5)
    with pytest.raises(OptionError, match="strength"):
        Look(style="stripes", strength=-0.1)
    with pytest.raises(OptionError, match="where"):
        Look(style="stripes", where="nowhere")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError):
        Look(style="strpes").fast_style()
    with pytest.raises(OptionError, match="blended"):
        Look(style="stripes", blend="lone").fast_style()
