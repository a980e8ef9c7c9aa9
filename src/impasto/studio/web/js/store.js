/**
 * The one place the page keeps its state: plain values, changed by merging, watched by key.
 */

/**
 * @typedef {Object} Store
 * @property {() => Object} get The state now; never change it in place.
 * @property {(change: Object) => void} set Merge keys into the state and tell who watches them.
 * @property {(keys: string[], listener: (state: Object) => void) => () => void} watch
 *   Call `listener` now and whenever one of `keys` changes; gives a function that stops it.
 */

/**
 * @param {Object} initial
 * @returns {Store}
 */
export function createStore(initial) {
  let state = Object.freeze({ ...initial });
  const watchers = new Set();
  return {
    get: () => state,
    set(change) {
      const changed = Object.keys(change).filter((key) => !Object.is(state[key], change[key]));
      if (changed.length === 0) return;
      state = Object.freeze({ ...state, ...change });
      for (const watcher of [...watchers]) {
        if (watcher.keys.some((key) => changed.includes(key))) watcher.listener(state);
      }
    },
    watch(keys, listener) {
      const watcher = { keys, listener };
      watchers.add(watcher);
      listener(state);
      return () => watchers.delete(watcher);
    },
  };
}
