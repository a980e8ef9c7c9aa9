import subprocess
import sys
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from impasto.errors import OptionError
from impasto.guidance.controls import Controls, StyleUse
from impasto.image.picture import Picture
from impasto.render import RenderRequest, render
from impasto.stylizers.fast_style import parse_fast_style
from impasto.stylizers.options import FastOptions
from impasto.video.painters import FastPainter, FrameStyle, RenderPainter, frame_painter

from .conftest import scene

OPTIONS = FastOptions(precision="float32", strength=0.8)
LEFT = np.zeros((48, 64), np.uint16)
LEFT[:, :32] = 65_535


def rendered(uses: tuple[StyleUse, ...], controls: Controls, pixels: np.ndarray) -> np.ndarray:
    """The frame as a photograph, through the one way from images in to image out."""
    request = RenderRequest(
        content=Picture(pixels=pixels),
        styles=uses,
        controls=controls,
        method="fast",
        options=OPTIONS,
    )
    return render(request).picture.pixels


@pytest.mark.parametrize("controls", [
    Controls(), Controls(keep_color="luminance"), Controls(style_scale=1.5, strength=0.5),
])  # fmt: skip
@pytest.mark.parametrize("masked", [False, True])
def test_a_frame_is_painted_as_a_photograph_is(
    networks: Path, controls: Controls, masked: bool
) -> None:
    stripes, dots = parse_fast_style("stripes"), parse_fast_style("dots")
    uses = (StyleUse(style=stripes, mask=LEFT if masked else None), StyleUse(style=dots))
    painter = frame_painter(FrameStyle(uses=uses, controls=controls, options=OPTIONS))
    assert isinstance(painter, FastPainter)
    for index in range(2):
        pixels = scene(index)
        painted = painter.paint(pixels, index=index, time=Fraction(index, 25))
        expected = rendered(uses, controls, pixels)
        assert np.abs(painted.astype(int) - expected).max() <= 1
        assert not np.shares_memory(painted, pixels)


def test_at_strength_nothing_the_frame_stays(networks: Path) -> None:
    style = FrameStyle(
        uses=(StyleUse(style=parse_fast_style("dots")),), options=FastOptions(strength=0)
    )
    pixels = scene(0)
    painted = frame_painter(style).paint(pixels, index=0, time=Fraction(0))
    assert np.array_equal(painted, pixels)
    assert not np.shares_memory(painted, pixels)


def test_masks_may_change_from_frame_to_frame(networks: Path) -> None:
    class Growing:
        """A mask that is a column wider with every frame."""

        def at(self, pixels: np.ndarray, *, index: int, time: Fraction) -> Sequence[np.ndarray]:
            mask = np.zeros(pixels.shape[:2], np.uint16)
            mask[:, :index] = 65_535
            return [mask]

        def reset(self) -> None:
            pass

        def state(self) -> dict[str, np.ndarray]:
            return {"seen": np.zeros(1)}

        def restore(self, state: object) -> None:
            pass

    style = FrameStyle(uses=(StyleUse(style=parse_fast_style("dots")),), options=OPTIONS)
    painter = frame_painter(style, masks=Growing())
    for index in (0, 20):
        changed = painter.paint(scene(0), index=index, time=Fraction(0)) != scene(0)
        assert changed[:, index:].sum() == 0
        assert changed[:, :index].any() == (index > 0)
    assert list(painter.state()) == ["seen"]


def test_what_a_method_cannot_honour_is_refused(networks: Path) -> None:
    with pytest.raises(OptionError, match="--texture"):
        FrameStyle(
            uses=(StyleUse(style=parse_fast_style("dots")),), controls=Controls(texture=True)
        )


def test_any_method_may_render_every_frame(networks: Path) -> None:
    uses = (StyleUse(style=parse_fast_style("dots")),)
    painter = RenderPainter(FrameStyle(uses=uses, options=OPTIONS), device=None, masks=None)
    painted = painter.paint(scene(0), index=0, time=Fraction(0))
    assert np.array_equal(painted, rendered(uses, Controls(), scene(0)))


def test_fast_frames_do_not_import_torch(networks: Path) -> None:
    code = (
        "import sys, numpy as np\n"
        "from impasto.guidance.controls import StyleUse\n"
        "from impasto.stylizers.fast_style import parse_fast_style\n"
        "from impasto.video.painters import FrameStyle, frame_painter\n"
        "style = FrameStyle(uses=(StyleUse(style=parse_fast_style('dots')),))\n"
        "painter = frame_painter(style)\n"
        "painter.paint(np.zeros((32, 32, 3), np.uint8), index=0, time=0)\n"
        "assert 'torch' not in sys.modules\n"
    )
    # The shipped networks serve as well: the subprocess does not see patched folders.
    code = code.replace("'dots'", "'candy'")
    subprocess.run([sys.executable, "-c", code], check=True)
