/**
 * The editor: one document, its live line, the stage, tools and panels.
 */

import { createActions } from "./actions.js";
import { createCommands } from "./commands.js";
import { Connection } from "./connection.js";
import { inOrder } from "./document.js";
import { attempt, clearToasts, toast } from "./messages.js";
import { ObjectMasks } from "./object_masks.js";
import { Overlay, selectionSource } from "./overlay.js";
import { whenQuiet } from "./pacing.js";
import { createBar } from "./panels/bar.js";
import { createCompare } from "./panels/compare.js";
import { createLoading } from "./panels/loading.js";
import { createLook } from "./panels/look.js";
import { createObjectList } from "./panels/objects.js";
import { createPalette } from "./panels/palette.js";
import { createSheetTabs } from "./panels/sheet_tabs.js";
import { createToolBar } from "./panels/tool_bar.js";
import { handlePointers } from "./pointer.js";
import { readRegionTree } from "./region_tree.js";
import { documentPath, request } from "./rest.js";
import { maskSourceOf, selectionOf } from "./selection.js";
import { handleKeys } from "./shortcuts.js";
import { Stage } from "./stage.js";
import { createStore } from "./store.js";
import { paintSelection, paintSwatch } from "./swatch.js";
import { brushTool } from "./tools/brush_tool.js";
import { boxTool, scribbleTool } from "./tools/prompt_tools.js";
import { selectTool } from "./tools/select_tool.js";

const ATTENTION_MS = 1200;

const CLOSED = {
  documentId: null, name: "", size: null, original: null, loading: null, document: null, styles: [], jobs: [],
  savedRevision: 0, connection: "connecting", tree: null, target: "background", targetSince: 0, pending: null, hover: null,
  view: null, compare: "off", picturePainted: false, keyPointer: null, attention: false,
};

const USUAL = { tool: "select", mode: "new", brush: { radius: 24, hardness: 0.8 }, split: 0.5, studio: null };

/**
 * @typedef {Object} Studio What the parts of the page share.
 * @property {import("./store.js").Store} store
 * @property {ReturnType<typeof createActions>} actions
 * @property {ReturnType<typeof createCommands>} commands
 * @property {Stage} stage
 * @property {Overlay} overlay
 * @property {HTMLElement} viewport
 */

/**
 * @param {{home: () => void, open: (file: File) => void}} ways Out of the editor.
 */
export function createStudio(ways) {
  const store = createStore({ ...CLOSED, ...USUAL });
  const viewport = document.getElementById("viewport");
  const stagePlace = document.getElementById("stage");
  let line = null;
  let masks = null;
  let holdsSpace = false;

  const stage = new Stage(store, viewport, (message) => line?.tell(message));
  const overlay = new Overlay(store, document.getElementById("overlay"));
  const actions = createActions(store, () => line);
  const painted = new Set();
  const studio = { store, actions, stage, overlay, viewport, masks: () => masks, onpainted: (listener) => painted.add(listener) };
  const tellPainted = whenQuiet(() => painted.forEach((listener) => listener()), 200);
  studio.paintSwatch = (canvas, region) => paintSwatch(canvas, region, stage.picture, masks);
  studio.paintSelection = (canvas) => {
    const source = selectionSource(store.get(), masks);
    if (source) paintSelection(canvas, source, stage.picture);
  };
  studio.request = (style) => line?.tell({ do: "request_style", style });
  studio.prompts = (prompts) => attempt(async () => {
    const { candidates } = await line.send({ do: "segment", ...prompts });
    const pending = selectionOf(prompts, candidates);
    if (!pending) toast("Nothing was found there; try a larger mark.", { key: "prompts" });
    else store.set({ pending, hover: null });
    return pending;
  });
  studio.promptWith = (prompts, mode) => promptFor(studio, prompts, mode);
  studio.tools = { select: selectTool(studio), box: boxTool(studio), scribble: scribbleTool(studio), brush: brushTool(studio) };
  studio.tool = () => studio.tools[store.get().tool];
  studio.isPanning = () => holdsSpace;
  studio.commands = createCommands(studio, ways);
  studio.pointers = handlePointers(studio);
  viewport.addEventListener("pointermove", (event) => store.get().view && studio.commands.pointerAt(stage.pointAt(event.clientX, event.clientY)));
  handleKeys(studio, {
    isActive: () => store.get().documentId !== null,
    onSpace(held) {
      holdsSpace = held;
      studio.pointers.showCursor();
    },
  });
  stage.picture.onpatch = () => {
    if (!store.get().picturePainted) store.set({ picturePainted: true });
    tellPainted();
  };

  createBar(studio, document.getElementById("bar"));
  createToolBar(studio, stagePlace);
  createCompare(studio, stagePlace);
  createLoading(studio, stagePlace);
  createObjectList(studio, document.getElementById("side"));
  createLook(studio, document.getElementById("side"));
  createPalette(studio, document.getElementById("palette"));
  createSheetTabs(studio, document.getElementById("sheet-tabs"));
  studio.pointers.showCursor();
  watchAttention(store, [stagePlace, document.getElementById("side")]);
  store.watch(["document"], ({ document: state, target, targetSince }) => {
    if (!state) return;
    masks?.keepUp(state.objects);
    // What was just made may be ahead of the state that shows it.
    if (state.revision < targetSince) return;
    if (target !== "background" && !state.objects.some((each) => each.id === target)) store.set({ target: "background" });
  });

  function receive(event) {
    const on = {
      document: ({ document: opened }) => show(opened),
      loading: ({ loading }) => { store.set({ loading }); loadTree(); },
      state: ({ state }) => store.set({ document: state }),
      saved: ({ revision }) => store.set({ savedRevision: revision }),
      styles: ({ styles }) => store.set({ styles: inOrder(styles) }),
      jobs: ({ jobs }) => store.set({ jobs }),
      error: ({ message, code }) => toast(message, { kind: "error", key: code }),
    };
    on[event.event]?.(event);
  }

  function show(opened) {
    const { size, savedRevision } = store.get();
    store.set({ name: opened.name, original: opened.original, loading: opened.loading, document: opened.state, styles: inOrder(opened.styles), jobs: opened.jobs, savedRevision: Math.max(savedRevision, opened.state?.revision ?? 0) });
    if (opened.width && !(size?.width === opened.width && size?.height === opened.height)) stage.start({ width: opened.width, height: opened.height });
    else if (opened.width) stage.refresh();
    loadTree();
  }

  let treeAsked = null;
  async function loadTree() {
    const { loading, tree, documentId } = store.get();
    if (tree || !loading?.regions || treeAsked === documentId) return;
    treeAsked = documentId;
    await attempt(async () => {
      const buffer = await (await request(documentPath(documentId, "regions"))).arrayBuffer();
      if (store.get().documentId === documentId) store.set({ tree: readRegionTree(buffer) });
    });
    if (!store.get().tree) treeAsked = null;
  }

  let lostToast = null;
  let lostTimer = null;
  function onStatus(status, reason) {
    store.set({ connection: status });
    clearTimeout(lostTimer);
    if (status === "open") {
      lostToast?.();
      lostToast = null;
      if (store.get().size) stage.refresh();
    } else if (status === "lost") {
      lostTimer = setTimeout(() => {
        lostToast ??= toast("The studio does not answer. Your work is saved; this page comes back by itself.", { stays: true, key: "line", kind: "error" });
      }, 1200);
    } else {
      ways.home();
      toast(reason, { kind: "error", stays: true });
    }
  }

  return {
    studio,
    store,
    /** Open a document, with a first look at it if there is one. */
    open(id) {
      this.close();
      store.set({ ...CLOSED, documentId: id });
      masks = overlay.masks = new ObjectMasks(id, () => { overlay.redraw(); tellPainted(); });
      line = new Connection(documentPath(id, "live"), { onEvent: receive, onFrame: (frame) => stage.picture.receive(frame), onStatus });
    },
    close() {
      line?.close();
      line = null;
      treeAsked = null;
      clearTimeout(lostTimer);
      lostToast = null;
      clearToasts();
      stage.picture.clear();
      store.set({ ...CLOSED });
    },
  };
}

/** What a box or a scribble means, as a new selection or a change of the chosen object. */
async function promptFor({ store, prompts, actions }, given, mode) {
  const { pending, target } = store.get();
  const found = await prompts(given);
  if (!found || mode === "new" || pending || target === "background") return;
  store.set({ pending: null });
  await actions.changeMask(target, maskSourceOf(found), mode === "add" ? "add" : "subtract");
}

/**
 * Whether a person looks at objects rather than at styles: the pointer is over the picture or the
 * list, or another object has just been chosen.
 */
function watchAttention(store, places) {
  let over = 0;
  let timer = null;
  const relax = () => {
    timer = null;
    store.set({ attention: over > 0 });
  };
  const attend = () => {
    clearTimeout(timer);
    store.set({ attention: true });
    timer = setTimeout(relax, ATTENTION_MS);
  };
  for (const place of places) {
    place.addEventListener("pointerenter", () => { over += 1; attend(); });
    place.addEventListener("pointerleave", () => {
      over -= 1;
      if (timer === null) relax();
    });
    place.addEventListener("keydown", attend);
  }
  store.watch(["target"], attend);
}
