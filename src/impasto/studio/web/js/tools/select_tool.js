/**
 * Point at a region, click it: the tool one begins with.
 */

import { announce } from "../messages.js";
import { larger, leafAt, shareOf, smaller } from "../region_tree.js";
import { clickNode, hoverNode, modeOf, resize } from "../selection.js";

/**
 * @param {import("../studio.js").Studio} studio
 */
export function selectTool({ store, actions, masks, prompts }) {
  let under = null;

  function look(point, event) {
    const state = store.get();
    const leaf = state.tree && leafAt(state.tree, state.size, point.x, point.y);
    if (leaf === null || leaf === undefined) return leave();
    under = hoverNode(state.tree, leaf, under);
    const mode = modeOf(state.mode, event);
    const object = mode === "new" && !under.chosen ? masks()?.pick(state.document.objects, point.x, point.y) : null;
    const hover = object ? { kind: "object", id: object.id, leaf } : { kind: "node", node: under.node, leaf };
    if (!sameHover(state.hover, hover)) store.set({ hover });
    return hover;
  }

  function leave() {
    under = null;
    if (store.get().hover) store.set({ hover: null });
    return null;
  }

  /** Walk to the region that holds the one under the pointer, or to one in it. */
  function step(by) {
    const { tree, hover, pending } = store.get();
    if (pending && (!hover || stillAt(tree, pending, hover))) {
      const grown = resize(tree, pending, by);
      store.set({ pending: grown });
      if (grown.kind === "prompts" || !hover || !grown.last) return;
      walkTo(hover.leaf, grown.last.node);
      return;
    }
    if (!tree || !hover) return;
    const from = under?.node ?? tree.proposed[hover.leaf];
    const node = hover.kind === "object" ? from : by > 0 ? larger(tree, from) : smaller(tree, from, hover.leaf);
    walkTo(hover.leaf, node);
  }

  function walkTo(leaf, node) {
    under = { leaf, node, chosen: true };
    store.set({ hover: { kind: "node", node, leaf } });
  }

  async function click(point, event) {
    const hover = look(point, event);
    if (!hover) return;
    const { pending, target, tree } = store.get();
    const mode = modeOf(store.get().mode, event);
    if (hover.kind === "object") {
      store.set({ target: hover.id, pending: null });
      return;
    }
    const spot = { leaf: hover.leaf, node: hover.node };
    if (mode !== "new" && pending?.kind === "prompts") {
      await prompts({ ...pending.prompts, points: [...pending.prompts.points, { x: point.x, y: point.y, add: mode === "add" }] });
    } else if (mode !== "new" && !pending && target !== "background") {
      await actions.changeMask(target, { nodes: [hover.node] }, mode === "add" ? "add" : "subtract");
    } else {
      const next = clickNode(tree, pending?.kind === "nodes" ? pending : null, spot, pending || mode === "new" ? mode : "new");
      store.set({ pending: next });
      if (next) announce(`Selected ${Math.max(1, Math.round(100 * shareOf(tree, next.nodes)))} percent of the picture`);
    }
  }

  return {
    cursor: "pick",
    hover: look,
    leave,
    click,
    step,
    refresh: (point, event) => point && look(point, event),
    /** A finger that stays asks for more and more. */
    grow(point) {
      if (store.get().hover === null) look(point, null);
      step(1);
    },
    reset: leave,
  };
}

function stillAt(tree, pending, hover) {
  if (pending.kind === "prompts") return true;
  return Boolean(tree && pending.last && tree.first[pending.last.node] <= hover.leaf && hover.leaf < tree.last[pending.last.node]);
}

function sameHover(a, b) {
  return a?.kind === b?.kind && a?.id === b?.id && a?.node === b?.node && a?.leaf === b?.leaf;
}
