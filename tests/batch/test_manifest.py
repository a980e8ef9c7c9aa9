import json
from pathlib import Path
from typing import Any

import pytest

from impasto.batch import storage
from impasto.batch.manifest import REMEMBERED, read_manifest
from impasto.errors import ImageNotFoundError, OptionError
from impasto.stylizers.options import FastOptions

pytestmark = pytest.mark.usefixtures("networks")


def written(tmp_path: Path, *lines: Any) -> str:
    path = tmp_path / "jobs.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    path.write_text("\n".join(texts), encoding="utf-8")
    return str(path)


def test_lines_say_what_differs_from_the_defaults(tmp_path: Path) -> None:
    place = written(
        tmp_path,
        {"content": "a.jpg"},
        "",
        {"content": "b.jpg", "output": "deep/b.png", "style": "dots", "strength": 0.5},
        {"content": "c.jpg", "error": "JobError: why", "attempts": 3},
    )
    first, second, third = read_manifest(place, {"style": "stripes", "size": 64})
    assert (first.number, first.content, first.output) == (1, "a.jpg", None)
    assert first.words == {"style": "stripes", "size": 64}
    assert (second.number, second.output) == (3, "deep/b.png")
    assert second.recipe.options == FastOptions(strength=0.5)
    assert second.recipe.label == "dots"
    assert third.recipe == first.recipe


def test_a_manifest_may_lie_anywhere() -> None:
    storage.write("memory://bucket/jobs.jsonl", b'{"content": "a.jpg", "style": "dots"}', tag="t")
    assert [line.content for line in read_manifest("memory://bucket/jobs.jsonl", {})] == ["a.jpg"]
    with pytest.raises(ImageNotFoundError, match="manifest: memory://bucket/none"):
        list(read_manifest("memory://bucket/none.jsonl", {}))


BAD: dict[str, tuple[Any, str]] = {
    "no JSON": ('{"content": ', "line 2: expected a JSON object, but"),
    "no object": ("[1, 2]", r"line 2: expected a JSON object, got \[1, 2\]"),
    "no content": ({"style": "dots"}, "line 2: content: expected the path"),
    "no style": ({"content": "a.jpg", "style": None}, "line 2: style: expected"),
    "output": ({"content": "a.jpg", "output": 3}, "line 2: output: expected"),
    "option": ({"content": "a.jpg", "strength": 9}, "line 2: strength: expected"),
    "misspelt": ({"content": "a.jpg", "sytle": "dots"}, "line 2: sytle: .* mean 'style'"),
    "method": ({"content": "a.jpg", "method": "none"}, "line 2: method: expected one of"),
    "unknown style": ({"content": "a.jpg", "style": "dost", "method": "fast"}, "line 2: .*dots"),
}


@pytest.mark.parametrize(("line", "message"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_named_with_its_line(line: Any, message: str, tmp_path: Path) -> None:
    place = written(tmp_path, {"content": "good.jpg"}, line)
    with pytest.raises(OptionError, match=message):
        list(read_manifest(place, {"style": "stripes"}))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "jobs.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OptionError, match="UTF-8"):
        list(read_manifest(str(tmp_path / "jobs.jsonl"), {}))


def test_more_recipes_than_are_remembered(tmp_path: Path) -> None:
    count = REMEMBERED + 5
    lines = [{"content": f"{k}.jpg", "strength": k / count} for k in range(count)]
    found = list(read_manifest(written(tmp_path, *lines), {"style": "stripes"}))
    assert [line.recipe.options for line in found] == [
        FastOptions(strength=k / count) for k in range(count)
    ]
