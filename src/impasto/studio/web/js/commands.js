/**
 * What keys, menus and buttons ask for, beyond single edits of the document.
 */

import { chooseFile, PHOTOGRAPHS_AND_PROJECTS } from "./files.js";
import { regionOf } from "./document.js";
import { announce, attempt, toast } from "./messages.js";
import { confirm } from "./panels/dialog.js";
import { openExport } from "./panels/export_dialog.js";
import { openHelp } from "./panels/help_dialog.js";
import { openOwnStyle } from "./panels/own_style_dialog.js";
import { documentPath, download, request } from "./rest.js";
import { isMix } from "./style_mix.js";

/**
 * @param {import("./studio.js").Studio} studio
 * @param {{home: () => void, open: (file: File) => void}} ways
 */
export function createCommands(studio, ways) {
  const { store, actions } = studio;
  let pointer = null;
  let comparedBefore = "off";

  return {
    home: ways.home,
    help: openHelp,
    exportPicture: () => openExport(studio),
    ownStyle: () => attempt(() => openOwnStyle(studio)),

    async open() {
      const file = await chooseFile(PHOTOGRAPHS_AND_PROJECTS);
      if (file) ways.open(file);
    },

    saveProject() {
      download(documentPath(store.get().documentId, "project.impasto"));
      toast("The project is saved to your downloads.", { key: "project" });
    },

    useTool(tool) {
      studio.tool().reset?.();
      store.set({ tool, hover: null, mode: "new" });
      studio.pointers.showCursor();
      announce(`Tool: ${tool}`);
    },

    step: (by) => studio.tools[store.get().tool].step ? studio.tool().step(by) : studio.tools.select.step(by),

    escape() {
      if (store.get().compare === "split") store.set({ compare: "off" });
      else if (store.get().pending) actions.dropSelection();
      else if (store.get().tool !== "select") this.useTool("select");
      else store.set({ target: "background" });
    },

    styleByNumber(number) {
      const style = store.get().styles[number - 1];
      if (!style || isMix(style)) return;
      studio.request(style.name);
      actions.setStyle(style.name);
    },

    toggleColors() {
      const { document, target } = store.get();
      const region = regionOf(document, target);
      if (region) actions.set("preserve_colors", target, !region.preserve_colors);
    },

    toggleVisible() {
      const { document, target } = store.get();
      const region = regionOf(document, target);
      if (region) actions.set("visible", target, !region.visible);
    },

    removeTarget() {
      const { target, pending } = store.get();
      if (pending) actions.dropSelection();
      else if (target !== "background") actions.remove(target);
    },

    rename: () => studio.rename?.(store.get().target),

    holdOriginal(on) {
      const { compare } = store.get();
      if (on === (compare === "hold")) return;
      if (on) comparedBefore = compare;
      store.set({ compare: on ? "hold" : comparedBefore });
    },

    toggleSplit() {
      store.set({ compare: store.get().compare === "split" ? "off" : "split" });
    },

    actualSize() {
      studio.stage.zoomTo(1 / devicePixelRatio);
    },

    /** Stop painting a style of one's own; remove it if it is not being painted. */
    async endStyle(name) {
      const { documentId, styles } = store.get();
      const style = styles.find((each) => each.name === name);
      if (style?.status === "painting") {
        actions.send({ do: "cancel_job", job: style.job });
        return;
      }
      const text = "It is removed from this document for good.";
      if (!style || !(await confirm({ title: `Remove ${style.title}?`, text, action: "Remove" }))) return;
      await attempt(() => request(documentPath(documentId, "styles", name), { method: "DELETE" }));
    },

    refreshHover(event) {
      if (pointer) studio.tool().refresh?.(pointer, event);
    },

    /** Where the mouse is, so that keys act there. */
    pointerAt(point) {
      pointer = point;
    },

    movePointer([dx, dy], by, event) {
      const { size, view } = store.get();
      if (!view || !size) return;
      const from = pointer ?? { x: size.width / 2, y: size.height / 2 };
      const x = Math.min(size.width - 0.5, Math.max(0.5, from.x + (dx * by) / view.zoom));
      const y = Math.min(size.height - 0.5, Math.max(0.5, from.y + (dy * by) / view.zoom));
      const [vx, vy] = studio.stage.placeOf(x, y);
      pointer = { x, y, vx, vy, byKeys: true };
      store.set({ keyPointer: pointer });
      studio.tool().hover?.(pointer, event);
      keepSeen(studio.stage, vx, vy);
    },

    pressPointer(event) {
      const { pending, keyPointer, tool } = store.get();
      if (pending && (!keyPointer || event.target !== studio.viewport || store.get().hover === null)) actions.keepSelection();
      else if (pending && pending.last && store.get().hover?.node === pending.last.node) actions.keepSelection();
      else if (tool === "select" && pointer) studio.tool().click(pointer, event);
      else if (pending) actions.keepSelection();
    },
  };
}

function keepSeen(stage, x, y) {
  const { width, height } = stage.room;
  const edge = 40;
  const dx = x < edge ? edge - x : x > width - edge ? width - edge - x : 0;
  const dy = y < edge ? edge - y : y > height - edge ? height - edge - y : 0;
  if (dx || dy) stage.panBy(dx, dy);
}
