from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from impasto.errors import ImageNotFoundError, RecordError
from impasto.image.codec import open_image
from impasto.image.picture import Picture
from impasto.provenance.record import Record
from impasto.provenance.recorded_styles import StyleSearch
from impasto.sources import find_style
from impasto.stylizers.fast_style import FastStyle, parse_fast_style
from impasto.stylizers.guidance_settings import picture_digest

USE = {"weight": 1.0, "strength": 0.5, "scale": 2.0, "layers": ["relu1_1"]}


def search(*entries: dict[str, Any], given: tuple[str, ...] = (), file: str = "r.png") -> Any:
    styles = [{**USE, **entry} for entry in entries]
    return StyleSearch(Record(settings={"styles": styles}, file=file), given)


def of(picture: Picture, name: str) -> dict[str, Any]:
    return {"name": name, "sha256": picture_digest(picture)}


def test_by_the_name_of_a_style_that_ships() -> None:
    candy = find_style("candy")
    found = search(of(candy, "candy"))
    use = found.find()[0]
    assert picture_digest(use.style) == picture_digest(candy)
    assert (use.name, use.strength, use.scale, use.layers) == ("candy", 0.5, 2.0, ("relu1_1",))
    assert not found.differences


def test_by_the_path_that_was_given_then_and_beside_the_result(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = of(open_image("style.png"), "style.png")
    assert not search(entry).find()[0].mask_name
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    beside = search(entry, file=str(folder / "r.png"))
    assert picture_digest(beside.find()[0].style) == entry["sha256"]
    with pytest.raises(RecordError, match=r"style\.png.*--style-image"):
        search(entry).find()


def test_given_files_come_in_any_order(folder: Path) -> None:
    first, second = open_image("style.png"), open_image("other.png")
    found = search(of(first, "image"), of(second, "image"), given=("other.png", "style.png"))
    assert [picture_digest(use.style) for use in found.find()] == [
        picture_digest(first),
        picture_digest(second),
    ]
    assert not found.differences


def test_others_are_taken_in_their_order_and_noted(
    folder: Path, picture: Callable[..., Picture]
) -> None:
    lost = [of(picture(seed), f"lost {seed}") for seed in (7, 8)]
    found = search(*lost, given=("style.png", "other.png"))
    uses = found.find()
    assert [picture_digest(use.style) for use in uses] == [
        picture_digest(open_image(name)) for name in ("style.png", "other.png")
    ]
    assert [each.what for each in found.differences] == ["the style 'lost 7'", "the style 'lost 8'"]
    assert found.differences[0].recorded == lost[0]["sha256"]


def test_a_file_that_is_not_there(folder: Path) -> None:
    with pytest.raises(ImageNotFoundError):
        search(of(open_image("style.png"), "x"), given=("none.png",)).find()


def network_entry(style: FastStyle) -> dict[str, Any]:
    return {"name": style.name, "sha256": None, **style.settings}


def test_networks_by_name_with_exact_shares(networks: Path) -> None:
    blend = parse_fast_style("stripes:1,dots:2")
    found = search(network_entry(blend))
    style = found.find()[0].style
    assert isinstance(style, FastStyle)
    assert style.weights == {"stripes": 1 / 3, "dots": 2 / 3}
    assert not found.differences


def test_networks_by_folder(networks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = network_entry(parse_fast_style("stripes"))
    monkeypatch.setenv("IMPASTO_STYLES", str(networks / "none"))
    with pytest.raises(RecordError, match=r"network 'tiny'.*--style-image"):
        search(entry).find()
    found = search(entry, given=(str(networks / "tiny"),))
    assert found.find()[0].style.network.name == "tiny"
    assert not found.differences


def test_a_network_that_was_trained_again_is_noted(networks: Path) -> None:
    entry = {**network_entry(parse_fast_style("stripes")), "weights_sha256": "0" * 64}
    found = search(entry)
    assert found.find()[0].style.name == "stripes"
    assert [each.what for each in found.differences] == ["the network 'tiny'"]


def test_an_entry_that_says_too_little() -> None:
    with pytest.raises(RecordError, match="how a style was used"):
        StyleSearch(
            Record(settings={"styles": [of(find_style("candy"), "candy")]}, file="r.png")
        ).find()
