/**
 * What a person is about to make an object of: regions collected by clicks, or what boxes and
 * scribbles were understood to mean. Pure values.
 */

import { holds, larger, smaller, subtract, unite } from "./region_tree.js";

/**
 * @typedef {Object} NodeSelection
 * @property {"nodes"} kind
 * @property {number[]} nodes
 * @property {{leaf: number, node: number}|null} last The latest addition, which can still grow.
 */

/**
 * @typedef {Object} PromptSelection
 * @property {"prompts"} kind
 * @property {{points: Object[], box: number[]|null, scribbles: Object[]}} prompts
 * @property {Object[]} candidates From small to large.
 * @property {number} index Which of them is meant.
 */

/** @typedef {NodeSelection|PromptSelection} Selection */

/** @typedef {"new"|"add"|"remove"} Mode */

export const NO_PROMPTS = Object.freeze({ points: [], box: null, scribbles: [] });

/** What a key held makes of the mode that is set. */
export function modeOf(mode, event) {
  if (event?.altKey) return "remove";
  if (event?.shiftKey) return "add";
  return mode;
}

/**
 * A selection after a click on a node.
 *
 * @param {import("./region_tree.js").RegionTree} tree
 * @param {NodeSelection|null} selection
 * @param {{leaf: number, node: number}} spot
 * @param {Mode} mode
 * @returns {NodeSelection|null} Nothing if nothing is left.
 */
export function clickNode(tree, selection, spot, mode) {
  const nodes = selection?.nodes ?? [];
  if (mode === "remove") {
    const left = subtract(tree, nodes, spot.node);
    return left.length ? { kind: "nodes", nodes: left, last: null } : null;
  }
  return { kind: "nodes", nodes: mode === "add" ? unite(tree, nodes, spot.node) : [spot.node], last: spot };
}

/**
 * A selection whose latest part grew to what holds it, or shrank; or the next candidate.
 *
 * @param {import("./region_tree.js").RegionTree|null} tree
 * @param {Selection} selection
 * @param {number} step +1 for larger, -1 for smaller.
 * @returns {Selection}
 */
export function resize(tree, selection, step) {
  if (selection.kind === "prompts") {
    const index = Math.min(selection.candidates.length - 1, Math.max(0, selection.index + step));
    return { ...selection, index };
  }
  if (!tree || !selection.last) return selection;
  const { leaf, node } = selection.last;
  const next = step > 0 ? larger(tree, node) : smaller(tree, node, leaf);
  const others = selection.nodes.filter((each) => !holds(tree, node, each));
  return { kind: "nodes", nodes: unite(tree, others, next), last: { leaf, node: next } };
}

/** The candidates as a selection: sorted by area, the best one chosen. */
export function selectionOf(prompts, candidates) {
  if (candidates.length === 0) return null;
  const best = candidates[0];
  const sorted = [...candidates].sort((a, b) => a.area - b.area);
  return { kind: "prompts", prompts, candidates: sorted, index: sorted.indexOf(best) };
}

/** A selection as the studio takes masks. */
export function maskSourceOf(selection) {
  if (selection.kind === "nodes") return { nodes: selection.nodes };
  return { candidate: selection.candidates[selection.index].id };
}

/**
 * The node under the pointer: the one a person walked to while the pointer stays in it, else the
 * one most likely meant.
 *
 * @param {import("./region_tree.js").RegionTree} tree
 * @param {number} leaf
 * @param {{node: number, chosen: boolean}|null} before
 * @returns {{leaf: number, node: number, chosen: boolean}}
 */
export function hoverNode(tree, leaf, before) {
  if (before?.chosen && holds(tree, before.node, leaf)) return { leaf, node: before.node, chosen: true };
  return { leaf, node: tree.proposed[leaf], chosen: false };
}
