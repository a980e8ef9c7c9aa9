/**
 * What a person can do to the document, in the page's terms; each is one message to the studio.
 */

import { announce, attempt, toast } from "./messages.js";
import { maskSourceOf } from "./selection.js";
import { regionOf, styleTitle } from "./document.js";

/**
 * @param {import("./store.js").Store} store
 * @param {() => import("./connection.js").Connection} line The connection now.
 */
export function createActions(store, line) {
  let gesture = Math.floor(Math.random() * 1e6);
  const send = (edit) => attempt(() => line().send(edit));

  async function addObject(look = {}) {
    const { pending } = store.get();
    if (!pending) return undefined;
    const answer = await send({ do: "add_object", mask: maskSourceOf(pending), ...look });
    if (!answer) return undefined;
    store.set({ target: answer.region, targetSince: answer.revision, ...(store.get().pending === pending ? { pending: null } : {}) });
    return answer.region;
  }

  return {
    send,

    /** A number that makes all edits of one drag one undo step. */
    newGesture: () => ++gesture,

    /** Make the selection an object, painted as it is. */
    keepSelection: () => addObject(),

    /** Forget the selection. */
    dropSelection: () => store.set({ pending: null }),

    /** Paint the selection, else the chosen region, in a style; null for the photograph. */
    async setStyle(style) {
      const { pending, target } = store.get();
      const region = pending ? await addObject({ style }) : (await send({ do: "set_style", region: target, style }))?.region ?? target;
      const state = store.get();
      const name = regionOf(state.document, region)?.name ?? "Background";
      announce(`${name}: ${style ? styleTitle(state.styles, style) : "photograph"}`);
    },

    /** Add a mask to the chosen object, take it away, or put it in place of its own. */
    changeMask(region, mask, how) {
      return send({ do: "set_mask", region, mask, how });
    },

    set(what, region, value, extra = {}) {
      return send({ do: `set_${what}`, region, [what === "feather" ? "feather_px" : what]: value, ...extra });
    },

    rename: (region, name) => send({ do: "rename_object", region, name }),

    async remove(region) {
      const name = regionOf(store.get().document, region)?.name;
      if (store.get().target === region) store.set({ target: "background" });
      const answer = await send({ do: "remove_object", region });
      if (!answer) return;
      const dismiss = toast(`${name} is removed.`, { key: "removed", action: { label: "Undo", run: () => send({ do: "undo" }) } });
      // After another step it would undo that one.
      const stop = store.watch(["document"], ({ document }) => {
        if (document && document.revision <= answer.revision) return;
        dismiss();
        queueMicrotask(() => stop());
      });
    },

    move: (region, position) => send({ do: "move_object", region, position }),

    async undo() {
      if (store.get().document?.can_undo && (await send({ do: "undo" }))) announce("Undone");
    },

    async redo() {
      if (store.get().document?.can_redo && (await send({ do: "redo" }))) announce("Done again");
    },
  };
}
