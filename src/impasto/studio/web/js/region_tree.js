/**
 * The hierarchy of regions as the server sends it: which region lies under a point, what holds it,
 * what it holds, and sets of regions.
 */

const MAGIC = 0x31524d49;

/**
 * @typedef {Object} RegionTree
 * @property {number} width Of the map; may be smaller than the document.
 * @property {number} height
 * @property {number} leaves
 * @property {number} nodes Nodes 0 … leaves-1 are the leaves.
 * @property {Uint32Array} labels Leaf of each pixel.
 * @property {Uint32Array} parent The root is its own.
 * @property {Uint32Array} first A node is exactly the pixels with first ≤ label < last.
 * @property {Uint32Array} last
 * @property {Uint32Array} left Box in pixels of the map.
 * @property {Uint32Array} top
 * @property {Uint32Array} right
 * @property {Uint32Array} bottom
 * @property {Uint32Array} area
 * @property {Uint32Array} proposed The node a click on a leaf most likely means.
 */

/**
 * @param {ArrayBuffer} buffer
 * @returns {RegionTree}
 * @throws {Error} if it is no region map.
 */
export function readRegionTree(buffer) {
  const words = new Uint32Array(buffer);
  const [magic, width, height, leaves, nodes] = words;
  if (magic !== MAGIC || words.length !== 5 + width * height + 8 * nodes + leaves) {
    throw new Error("The region map is damaged; reload the page.");
  }
  let at = 5;
  const take = (length) => words.subarray(at, (at += length));
  const labels = take(width * height);
  const [parent, first, last, left, top, right, bottom, area] = Array.from({ length: 8 }, () => take(nodes));
  return { width, height, leaves, nodes, labels, parent, first, last, left, top, right, bottom, area, proposed: take(leaves) };
}

/**
 * The leaf under a point of the document.
 *
 * @param {RegionTree} tree
 * @param {{width: number, height: number}} size Of the document.
 * @param {number} x
 * @param {number} y
 * @returns {number|null}
 */
export function leafAt(tree, size, x, y) {
  if (!(x >= 0 && y >= 0 && x < size.width && y < size.height)) return null;
  const column = Math.floor((x * tree.width) / size.width);
  const row = Math.floor((y * tree.height) / size.height);
  return tree.labels[row * tree.width + column];
}

/** The node that holds a node, or itself at the root. */
export function larger(tree, node) {
  return tree.parent[node];
}

/** The node one step from `node` towards a leaf in it, or itself at the leaf. */
export function smaller(tree, node, leaf) {
  let below = leaf;
  while (below !== node && tree.parent[below] !== node) {
    if (tree.parent[below] === below) return node;
    below = tree.parent[below];
  }
  return below;
}

/** Whether one node lies in another, or is it. */
export function holds(tree, node, inner) {
  return tree.first[node] <= tree.first[inner] && tree.last[inner] <= tree.last[node];
}

/**
 * The nodes and one more, none inside another.
 *
 * @param {RegionTree} tree
 * @param {number[]} nodes
 * @param {number} node
 * @returns {number[]}
 */
export function unite(tree, nodes, node) {
  if (nodes.some((each) => holds(tree, each, node))) return nodes;
  return [...nodes.filter((each) => !holds(tree, node, each)), node];
}

/**
 * The nodes without the pixels of one: what remains, as few nodes as that takes.
 *
 * @param {RegionTree} tree
 * @param {number[]} nodes
 * @param {number} node
 * @returns {number[]}
 */
export function subtract(tree, nodes, node) {
  const kept = [];
  for (const each of nodes) {
    if (holds(tree, node, each)) continue;
    if (!holds(tree, each, node)) kept.push(each);
    else kept.push(...siblingsOnPath(tree, each, node));
  }
  return kept;
}

function siblingsOnPath(tree, from, to) {
  const found = [];
  for (let below = to; below !== from; below = tree.parent[below]) {
    const above = tree.parent[below];
    for (let node = 0; node < tree.nodes; node += 1) {
      if (tree.parent[node] === above && node !== below && node !== above) found.push(node);
    }
  }
  return found;
}

/**
 * Which leaves belong to some nodes: 1 where they do.
 *
 * @param {RegionTree} tree
 * @param {number[]} nodes
 * @returns {Uint8Array}
 */
export function members(tree, nodes) {
  const found = new Uint8Array(tree.leaves);
  for (const node of nodes) found.fill(1, tree.first[node], tree.last[node]);
  return found;
}

/**
 * The box of some nodes in document pixels.
 *
 * @param {RegionTree} tree
 * @param {{width: number, height: number}} size
 * @param {number[]} nodes
 * @returns {number[]} left, top, right, bottom
 */
export function boxOf(tree, size, nodes) {
  const across = size.width / tree.width;
  const down = size.height / tree.height;
  return [
    Math.min(...nodes.map((node) => tree.left[node])) * across,
    Math.min(...nodes.map((node) => tree.top[node])) * down,
    Math.max(...nodes.map((node) => tree.right[node])) * across,
    Math.max(...nodes.map((node) => tree.bottom[node])) * down,
  ];
}

/** The share of the picture some nodes cover, 0 to 1. */
export function shareOf(tree, nodes) {
  return nodes.reduce((sum, node) => sum + tree.area[node], 0) / (tree.width * tree.height);
}
