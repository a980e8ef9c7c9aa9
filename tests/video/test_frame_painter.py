import inspect

from impasto.video.frame_painter import FramePainter
from impasto.video.painters import FastPainter, RenderPainter


def test_painters_do_what_the_protocol_asks() -> None:
    asked = {name for name, _ in inspect.getmembers(FramePainter, inspect.isfunction)}
    for painter in (FastPainter, RenderPainter):
        for name in asked - {"__init__", "__subclasshook__"}:
            expected = inspect.signature(getattr(FramePainter, name))
            assert list(inspect.signature(getattr(painter, name)).parameters) == list(
                expected.parameters
            )
