"""The page's pure modules, each run in Chromium and compared with the same in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

TREE = """
const words = (...lists) => new Uint32Array(lists.flat()).buffer;
// Four leaves in a row; 4 holds 0 and 1, 5 holds 2 and 3, 6 holds all.
const buffer = words([0x31524d49, 4, 2, 4, 7], [0, 1, 2, 3, 0, 1, 2, 3],
  [4, 4, 5, 5, 6, 6, 6], [0, 1, 2, 3, 0, 2, 0], [1, 2, 3, 4, 2, 4, 4],
  [0, 1, 2, 3, 0, 2, 0], [0, 0, 0, 0, 0, 0, 0], [1, 2, 3, 4, 2, 4, 4], [2, 2, 2, 2, 2, 2, 2],
  [2, 2, 2, 2, 4, 4, 8], [4, 1, 5, 3]);
const tree = t.readRegionTree(buffer);
"""


@pytest.fixture
def run(page: Page, studio: Any) -> Any:
    """Runs code with one module of the page as ``t`` and gives what it returns."""
    page.goto(studio.address)

    def evaluate(module: str, code: str, argument: Any = None) -> Any:
        return page.evaluate(
            f"async (given) => {{ const t = await import('/js/{module}.js'); {code} }}", argument
        )

    return evaluate


def test_a_view_fits_the_picture_and_zooms_about_a_point(run: Any) -> None:
    code = """
    const picture = {width: 1200, height: 800}, room = {width: 900, height: 700};
    const view = t.fit(picture, room, {top: 0, right: 0, bottom: 0, left: 0});
    const near = t.zoomAt(view, 3, 450, 350, 0.1);
    return [view, t.toDocument(view, 450, 350), t.toDocument(near, 450, 350),
      t.toViewport(near, ...t.toDocument(near, 12, 34)), t.zoomAt(view, 0, 0, 0, 0.2).zoom];
    """
    view, before, after, there, least = run("view_transform", code)
    assert view == {"zoom": 0.75, "x": 0, "y": 50}
    assert before == pytest.approx([600, 400])
    assert after == pytest.approx(before)
    assert there == pytest.approx([12, 34])
    assert least == 0.2


def test_the_box_that_is_seen_lies_in_the_picture(run: Any) -> None:
    code = """
    const picture = {width: 1000, height: 500}, room = {width: 100, height: 100};
    return [[1, 0, 0], [1, -950, -450], [0.1, 0, 0], [4, -2000, 50], [1, 5000, 5000]].map(
      ([zoom, x, y]) => t.visibleBox({zoom, x, y}, picture, room));
    """
    boxes = run("view_transform", code)
    assert boxes[0] == [0, 0, 120, 120]
    assert boxes[1] == [930, 430, 1000, 500]
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= 1000
        assert 0 <= top < bottom <= 500


def test_the_scale_leaves_a_picture_pixel_for_each_screen_pixel(run: Any) -> None:
    zooms = [3.0, 1.0, 0.6, 0.5, 0.3, 0.25, 0.1, 0.02]
    chosen = run("view_transform", "return given.map((zoom) => t.chooseScale(zoom, 1));", zooms)
    assert chosen == [1, 1, 1, 2, 2, 4, 8, 16]
    assert run("view_transform", "return t.chooseScale(0.25, 2);") == 2


def test_regions_are_read_and_walked(run: Any) -> None:
    code = f"""{TREE}
    const size = {{width: 8, height: 4}};
    return [t.leafAt(tree, size, 5.9, 3.9), t.leafAt(tree, size, 8, 0), t.leafAt(tree, size, -1, 0),
      t.larger(tree, 2), t.larger(tree, 6), t.smaller(tree, 6, 2), t.smaller(tree, 5, 2),
      t.smaller(tree, 2, 2), t.boxOf(tree, size, [1, 5]), t.shareOf(tree, [4])];
    """
    assert run("region_tree", code) == [2, None, None, 5, 6, 5, 2, 2, [2, 0, 8, 4], 0.5]


def test_a_damaged_region_map_is_refused(run: Any) -> None:
    code = """
    try { t.readRegionTree(new Uint32Array([1, 2, 3, 4, 5]).buffer); return "read"; }
    catch (error) { return error.message; }
    """
    assert "damaged" in run("region_tree", code)


def test_sets_of_regions_keep_exactly_their_leaves(run: Any) -> None:
    """Union and difference of nodes, against sets of leaves."""
    code = f"""{TREE}
    let nodes = [];
    const seen = [];
    for (const [how, node] of given) {{
      nodes = how === "add" ? t.unite(tree, nodes, node) : t.subtract(tree, nodes, node);
      seen.push([...t.members(tree, nodes)]);
    }}
    return seen;
    """
    leaves = [{0}, {1}, {2}, {3}, {0, 1}, {2, 3}, {0, 1, 2, 3}]
    generator = np.random.default_rng(1)
    steps = [
        (["add", "remove"][int(generator.integers(2))], int(generator.integers(7)))
        for _ in range(60)
    ]
    expected, now = [], set()
    for how, node in steps:
        now = now | leaves[node] if how == "add" else now - leaves[node]
        expected.append([int(leaf in now) for leaf in range(4)])
    assert run("region_tree", code, steps) == expected


def test_a_selection_grows_and_shrinks_where_it_was_clicked(run: Any, page: Page) -> None:
    code = """
    const s = await import("/js/selection.js");
    const grown = (selection, by) => s.resize(tree, selection, by);
    let now = s.clickNode(tree, null, {leaf: 1, node: 1}, "new");
    now = s.clickNode(tree, now, {leaf: 2, node: 2}, "add");
    const seen = [now.nodes, (now = grown(now, 1)).nodes, (now = grown(now, 1)).nodes,
      (now = grown(now, -1)).nodes];
    return [...seen, s.clickNode(tree, now, {leaf: 2, node: 6}, "remove")];
    """
    seen = run("region_tree", TREE + code)
    assert seen == [[1, 2], [1, 5], [6], [5], None]


def test_what_keys_make_of_a_click(run: Any) -> None:
    code = """
    return [t.modeOf("new", {}), t.modeOf("new", {shiftKey: true}), t.modeOf("add", {altKey: true}),
      t.modeOf("remove", null), t.selectionOf(t.NO_PROMPTS, []),
      t.maskSourceOf(t.selectionOf(t.NO_PROMPTS, [{id: "b", area: 9}, {id: "a", area: 2}]))];
    """
    assert run("selection", code) == ["new", "add", "remove", "remove", None, {"candidate": "b"}]


@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.7])
def test_a_shape_is_the_region_on_the_screen(run: Any, zoom: float) -> None:
    """Which pixels are inside, against sampling the mask in NumPy."""
    generator = np.random.default_rng(3)
    labels = generator.integers(0, 4, (20, 30))
    x, y = 7.3, -4.1
    code = """
    const source = {box: [0, 0, 60, 40], originX: 0, originY: 0, perX: 0.5, perY: 0.5, width: 30,
      height: 20, values: new Uint32Array(given.labels), members: new Uint8Array([0, 1, 0, 1])};
    const shape = t.rasterise(source, given.view, {width: 64, height: 48});
    const pixels = new Uint32Array(shape.width * shape.height);
    t.colorShape(shape, pixels, {fill: 1, line: 2, halo: 3}, 1);
    return {...shape, inside: [...shape.inside], pixels: [...pixels]};
    """
    view = {"zoom": zoom, "x": x, "y": y}
    given = {"labels": labels.ravel().tolist(), "view": view}
    shape = run("region_shape", code, given)
    size = (shape["height"] + 2, shape["width"] + 2)
    inside = np.reshape(shape["inside"], size)
    columns = np.floor((np.arange(size[1]) + shape["left"] - 0.5 - x) / zoom * 0.5).astype(int)
    rows = np.floor((np.arange(size[0]) + shape["top"] - 0.5 - y) / zoom * 0.5).astype(int)
    valid = ((rows >= 0) & (rows < 20))[:, None] & ((columns >= 0) & (columns < 30))[None]
    sampled = labels[np.clip(rows, 0, 19)[:, None], np.clip(columns, 0, 29)[None]]
    expected = valid & (sampled % 2 == 1)
    np.testing.assert_array_equal(inside, expected)
    pixels = np.reshape(shape["pixels"], (shape["height"], shape["width"]))
    np.testing.assert_array_equal(np.isin(pixels, (1, 2)), expected[1:-1, 1:-1])
    core = expected
    middle = core[1:-1, 1:-1]
    same = (
        (core[:-2, 1:-1] == middle)
        & (core[2:, 1:-1] == middle)
        & (core[1:-1, :-2] == middle)
        & (core[1:-1, 2:] == middle)
    )
    np.testing.assert_array_equal(np.isin(pixels, (2, 3)), ~same)


def test_a_region_out_of_sight_has_no_shape(run: Any) -> None:
    code = """
    const source = {box: [0, 0, 10, 10], originX: 0, originY: 0, perX: 1, perY: 1, width: 10,
      height: 10, values: new Uint8Array(100), members: null};
    return t.rasterise(source, {zoom: 1, x: -500, y: 0}, {width: 64, height: 48});
    """
    assert run("region_shape", code) is None


def test_patches_are_read_and_drawn_in_order_of_arrival(run: Any) -> None:
    code = """
    const frame = (revision) => {
      const buffer = new ArrayBuffer(32);
      new Uint32Array(buffer, 0, 7).set([0x31504d49, revision, 2, 4, 6, 8, 10]);
      return buffer;
    };
    const drawn = [];
    const slow = (jpeg) => new Promise((done) => setTimeout(() => done({jpeg}), 40 - 10 * jpeg[0]));
    const queue = new t.PatchQueue((patch) => drawn.push(patch.revision), slow);
    let last;
    for (const revision of [1, 2, 3]) {
      const patch = t.readPatch(frame(revision));
      patch.jpeg[0] = revision;
      last = queue.add(patch);
    }
    await last;
    const {jpeg, ...head} = t.readPatch(frame(5));
    return [drawn, head, jpeg.length, t.readPatch(new ArrayBuffer(40)), t.readPatch(new ArrayBuffer(8))];
    """
    head = {"revision": 5, "scale": 2, "box": [4, 6, 8, 10]}
    assert run("patches", code) == [[1, 2, 3], head, 4, None, None]


def test_a_broken_patch_does_not_stop_those_after_it(run: Any) -> None:
    code = """
    const drawn = [];
    const decode = async (jpeg) => { if (jpeg === 1) throw new Error("broken"); return {}; };
    const queue = new t.PatchQueue((patch) => drawn.push(patch.jpeg), decode);
    queue.add({jpeg: 1});
    await queue.add({jpeg: 2});
    return drawn;
    """
    assert run("patches", code) == [2]


def test_the_store_tells_only_those_who_watch(run: Any) -> None:
    code = """
    const store = t.createStore({a: 1, b: 2});
    const seen = [];
    const stop = store.watch(["a"], ({a}) => seen.push(a));
    store.set({a: 1});
    store.set({b: 3});
    store.set({a: 4});
    stop();
    store.set({a: 5});
    return [seen, store.get()];
    """
    assert run("store", code) == [[1, 4], {"a": 5, "b": 3}]


def test_slider_values_come_back_as_they_went(run: Any) -> None:
    code = "return given.map((value) => t.featherOf(t.sliderOf(value)));"
    feathers = [0, 0.5, 2, 8, 33, 64]
    assert run("panels/look", code, feathers) == pytest.approx(feathers, abs=0.1)


def test_an_object_is_put_where_it_was_dropped(run: Any) -> None:
    code = """
    const order = ["low", "mid", "top"];
    return [t.positionOf(order, "low", "top", true), t.positionOf(order, "top", "low", false),
      t.positionOf(order, "low", "mid", false), t.positionOf(order, "mid", "top", true)];
    """
    assert run("panels/reorder", code) == [2, 0, 0, 2]


def test_words_for_times_and_looks(run: Any) -> None:
    code = """
    const styles = [{name: "candy", title: "Candy", status: "ready"},
      {name: "wave", title: "Wave", status: "waiting"}];
    const look = (style, strength, visible = true) => t.lookText({style, strength, visible}, styles);
    return [look(null, 1), look("candy", 1), look("candy", 0.5), look("wave", 1),
      look("candy", 1, false), t.agoText(0, 30), t.agoText(0, 600), t.agoText(0, 7200),
      t.durationText(null), t.durationText(12.4), t.durationText(180)];
    """
    assert run("document", code) == [
        "Photograph", "Candy", "Candy, 50 %", "Wave, painting…", "Hidden", "just now",
        "10 min ago", "2 h ago", "", "12 s left", "3 min left",
    ]  # fmt: skip


def test_every_shortcut_is_known_by_one_key_only(run: Any) -> None:
    """No key starts two things."""
    code = """
    const keys = ["[", "]", "Escape", ..."vrsbnaechfy0123456789\\\\+-?", "F2", "Delete", "Backspace"];
    const modifiers = [{}, {shiftKey: true}, {ctrlKey: true}, {ctrlKey: true, shiftKey: true}];
    const plain = {ctrlKey: false, shiftKey: false, metaKey: false, altKey: false};
    const clashes = [];
    for (const key of [...keys, "z", "o", "s", "e"]) for (const held of modifiers) {
      const event = {...plain, ...held, key};
      const found = t.SHORTCUTS.filter((each) => each.is?.(event));
      if (found.length > 1) clashes.push([key, held, found.map((each) => each.keys)]);
    }
    return clashes;
    """
    assert run("shortcuts", code) == []


def test_errors_say_what_the_studio_said(run: Any) -> None:
    code = """
    const said = t.toError(415, JSON.stringify({error: {code: "A", message: "Say this."}}));
    return [said.message, said.code, t.toError(401, "").message, t.toError(502, "<html>").message];
    """
    said = run("rest", code)
    assert said[:2] == ["Say this.", "A"]
    assert "terminal" in said[2]
    assert "502" in said[3]


def test_mixes_are_named_as_the_studio_reads_them(run: Any) -> None:
    code = """
    const plain = (name, own, mixes) => ({name, own, mixes, parts: [], matched: false, status: "ready"});
    const styles = [plain("a", false, true), plain("b", false, false), plain("own-1", true, true),
      {...plain("matched:a:0.7,own-1:0.3", false, false), matched: true,
        parts: [{name: "a", share: 0.7}, {name: "own-1", share: 0.3}]}];
    const mix = t.mixOf("matched:a:0.7,own-1:0.3", styles);
    return {
      mix, name: t.mixName(mix), alone: t.mixOf("b", styles),
      names: [t.mixName({...mix, matched: false}), t.mixName({...mix, second: null}),
        t.mixName({...mix, share: 1, matched: false}), t.mixName({first: null})],
      partners: ["a", "b", "own-1"].map((first) => t.partnersOf({first}, styles).map((s) => s.name)),
      matches: ["a", "b"].map((first) => t.canMatch({first}, styles)),
      isMix: styles.map(t.isMix),
    };
    """
    found = run("style_mix", code)
    assert found["mix"] == {"first": "a", "second": "own-1", "share": 0.3, "matched": True}
    assert found["alone"] == {"first": "b", "second": None, "share": 0.5, "matched": False}
    assert found["name"] == "matched:a:0.7,own-1:0.3"
    assert found["names"] == ["a:0.7,own-1:0.3", "matched:a", "a:0.1,own-1:0.9", None]
    assert found["partners"] == [["b", "own-1"], ["a"], ["a"]]
    assert found["matches"] == [True, False]
    assert found["isMix"] == [False, False, False, True]
