from __future__ import annotations

import pytest

from impasto.studio.server.downloads import attachment_headers


@pytest.mark.parametrize(
    ("name", "suffix", "file"),
    [
        ("sky.jpg", ".png", "sky-impasto.png"),
        ("sky.jpg", ".impasto", "sky.impasto"),
        ('a";b\r\nSet-Cookie: x.jpg', ".png", "a%22%3Bb%0D%0ASet-Cookie%3A%20x-impasto.png"),
        (".jpg", ".png", ".jpg-impasto.png"),
    ],
)
def test_names_are_safe_in_a_header(name: str, suffix: str, file: str) -> None:
    header = attachment_headers(name, suffix)["Content-Disposition"]
    assert header == f"attachment; filename*=UTF-8''{file}"
