from __future__ import annotations

import pytest
from pydantic import ValidationError

from impasto.live.look import Look
from impasto.live.server import messages


def test_looks_are_read() -> None:
    message = messages.read_message(
        '{"do": "look", "style": "candy", "blend": null, "share": 0.25, "strength": 1.5,'
        ' "where": "subject"}'
    )
    assert isinstance(message, messages.SetLook)
    assert message.look() == Look(style="candy", share=0.25, strength=1.5, where="subject")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"do": "dance"}',
        '{"do": "look", "style": "candy", "strength": 2}',
        '{"do": "look", "style": "candy", "where": "here"}',
        '{"do": "look", "style": "candy", "share": NaN}',
        '{"do": "look", "style": "candy", "more": 1}',
        '{"do": "drawn", "frame": "1"}',
        '{"do": "drawn", "frame": 1, "delay_ms": -1}',
        '{"do": "point", "x": 1.2, "y": 0}',
        '{"do": "record"}',
    ],
)
def test_what_no_page_of_ours_says_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        messages.read_message(text)
