from __future__ import annotations

from collections.abc import Callable

import pytest

from impasto.errors import CancelledError
from impasto.progress import Cancellation, ProgressEvent
from impasto.render import RenderRequest
from impasto.reproduction.bench import Bench
from impasto.sources import find_style
from impasto.stylizers.options import GatysOptions


def test_shares_of_stages(bench: Bench) -> None:
    heard: list[tuple[float, str]] = []
    bench.report = lambda share, words: heard.append((share, words))
    bench.plan(2)
    bench.begin("one")(0.5)
    tell = bench.begin("two")
    tell(2.0)
    bench.begin("one more than planned")
    assert heard[:4] == [(0, "one"), (0.25, "one"), (0.5, "two"), (1.0, "two")]
    assert all(0 <= share <= 1 for share, _ in heard)


def test_it_paints_and_tells(bench: Bench) -> None:
    shares: list[float] = []
    events: list[ProgressEvent] = []
    bench.report = lambda share, _words: shares.append(share)
    options = GatysOptions(iterations=2, levels=1, tolerance=0)
    content = bench.photographs[0].picture
    request = RenderRequest(content=content, style=find_style("candy"), options=options)
    result = bench.paint("a cat", request, image_every=1, on_progress=events.append)
    assert result.picture.size == content.size
    assert shares[-1] == 1
    assert any(event.image is not None for event in events)


def test_what_was_stopped_is_no_painting(make_bench: Callable[..., Bench]) -> None:
    cancellation = Cancellation()
    bench = make_bench(cancellation=cancellation)
    request = RenderRequest(
        content=bench.photographs[0].picture,
        style=find_style("candy"),
        options=GatysOptions(iterations=50, levels=1, tolerance=0),
    )
    with pytest.raises(CancelledError):
        bench.paint("a cat", request, on_progress=lambda _event: cancellation.cancel())
    with pytest.raises(CancelledError):
        bench.begin("another")
