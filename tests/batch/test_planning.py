import json
from pathlib import Path

import pytest

from impasto.batch import storage
from impasto.batch.planning import check_style, plan_jobs
from impasto.errors import ImageNotFoundError, ImpastoError, OptionError, OutputError

pytestmark = pytest.mark.usefixtures("networks")
WORDS = {"style": "stripes"}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Photographs at several depths, and other files."""
    monkeypatch.chdir(tmp_path)
    names = ("in/b.JPG", "in/a.png", "in/deep/er/a.webp", "in/notes.txt", "in/.hidden.png")
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def test_a_folder_is_searched_to_the_bottom_and_results_lie_as_its_files_do(tree: Path) -> None:
    jobs = plan_jobs(["in"], WORDS, "out")
    assert [job.content for job in jobs] == [
        f"{tree}/in/{name}" for name in ("a.png", "b.JPG", "deep/er/a.webp")
    ]
    assert [job.output for job in jobs] == [
        f"{tree}/out/{name}-stripes-fast.png" for name in ("a", "b", "deep/er/a")
    ]
    assert all(job.words == WORDS for job in jobs)


def test_results_among_the_photographs_are_no_photographs(tree: Path) -> None:
    (tree / "in" / "out").mkdir()
    (tree / "in" / "out" / "a-stripes-fast.png").touch()
    assert len(plan_jobs(["in"], WORDS, "in/out")) == 3


def test_globs_files_and_doubles(tree: Path) -> None:
    jobs = plan_jobs(["in/**/*.webp", "in/a.png", "in/*.png"], WORDS, "out", format="jpg")
    assert [job.content for job in jobs] == [f"{tree}/in/deep/er/a.webp", f"{tree}/in/a.png"]
    assert [job.output for job in jobs] == [
        f"{tree}/out/deep/er/a-stripes-fast.jpg",
        f"{tree}/out/a-stripes-fast.jpg",
    ]


def test_uris(tree: Path) -> None:
    for name in ("a.png", "deep/b.jpg", "c.txt"):
        storage.write(f"memory://photos/{name}", b"x", tag="t")
    jobs = plan_jobs(["memory://photos", f"file://{tree}/in/*.JPG"], WORDS, "memory://results")
    assert [storage.read(job.content) for job in jobs] == [b"x", b"x", b""]
    assert [job.output for job in jobs] == [
        f"memory://results/{name}-stripes-fast.png" for name in ("a", "deep/b", "b")
    ]
    single = plan_jobs(["memory://photos/deep/b.jpg"], WORDS, "out")
    assert single[0].output == f"{tree}/out/b-stripes-fast.png"


def test_manifests_name_outputs_or_have_them_named(tree: Path) -> None:
    lines = [
        {"content": "in/a.png"},
        {"content": "in/a.png", "strength": 0.5, "output": "weak/a.webp"},
        {"content": "s3://bucket/c.jpg", "style": "dots", "output": "s3://other/c.tif"},
    ]
    (tree / "jobs.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    jobs = plan_jobs(["in/b.JPG"], WORDS, "out", manifest="jobs.jsonl")
    assert [(job.content, job.output) for job in jobs] == [
        (f"{tree}/in/b.JPG", f"{tree}/out/b-stripes-fast.png"),
        (f"{tree}/in/a.png", f"{tree}/out/a-stripes-fast.png"),
        (f"{tree}/in/a.png", f"{tree}/out/weak/a.webp"),
        ("s3://bucket/c.jpg", "s3://other/c.tif"),
    ]
    assert jobs[2].words == {"style": "stripes", "strength": 0.5}


def test_no_two_results_share_a_name(tree: Path) -> None:
    (tree / "in" / "a.jpg").touch()
    with pytest.raises(OutputError, match=r"a-stripes-fast.*a\.jpg.*a\.png"):
        plan_jobs(["in"], WORDS, "out")
    lines = [{"content": "x.png"}, {"content": "y/x.png"}]
    (tree / "jobs.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    with pytest.raises(OutputError, match=r"jobs\.jsonl, line 1 .*jobs\.jsonl, line 2"):
        plan_jobs([], WORDS, "out", manifest="jobs.jsonl")


def test_a_result_never_replaces_its_photograph(tree: Path) -> None:
    (tree / "jobs.jsonl").write_text(json.dumps({"content": "in/a.png", "output": "a.png"}))
    with pytest.raises(OutputError, match=r"line 1: .*photograph itself"):
        plan_jobs([], WORDS, "in", manifest="jobs.jsonl")


def test_what_is_not_there_is_named(tree: Path) -> None:
    (tree / "empty").mkdir()
    with pytest.raises(ImageNotFoundError, match="empty"):
        plan_jobs(["empty"], WORDS, "out")
    with pytest.raises(ImageNotFoundError, match=r"none\*"):
        plan_jobs(["in/none*"], WORDS, "out")
    (tree / "jobs.jsonl").write_text("")
    with pytest.raises(ImageNotFoundError, match="no photographs"):
        plan_jobs([], WORDS, "out", manifest="jobs.jsonl")
    (tree / "jobs.jsonl").write_text(json.dumps({"content": "in/a.png", "output": "a.gif"}))
    with pytest.raises(OptionError, match="line 1: output: "):
        plan_jobs([], WORDS, "out", manifest="jobs.jsonl")


def test_styles_are_looked_up_beforehand() -> None:
    check_style(WORDS)
    with pytest.raises(ImpastoError, match="nothing"):
        check_style({"style": "nothing.jpg", "method": "gatys"})
