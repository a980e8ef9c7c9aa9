/**
 * Not more often than is useful: work once a frame, at most every so often, one at a time.
 */

/**
 * Calls within one frame become one, with the last arguments.
 *
 * @param {(...args: any[]) => void} work
 */
export function oncePerFrame(work) {
  let waiting = null;
  return (...args) => {
    const asked = waiting !== null;
    waiting = args;
    if (asked) return;
    requestAnimationFrame(() => {
      const last = waiting;
      waiting = null;
      work(...last);
    });
  };
}

/**
 * The first call at once, later ones at most every `pause_ms`, the last always.
 *
 * @param {(...args: any[]) => void} work
 * @param {number} pause_ms
 */
export function atMostEvery(work, pause_ms) {
  let timer = null;
  let waiting = null;
  const next = () => {
    timer = null;
    if (waiting === null) return;
    const args = waiting;
    waiting = null;
    start(args);
  };
  const start = (args) => {
    timer = setTimeout(next, pause_ms);
    work(...args);
  };
  return (...args) => {
    if (timer === null) start(args);
    else waiting = args;
  };
}

/**
 * One at a time: while one is under way only the latest call is kept, and follows it.
 *
 * @param {(...args: any[]) => Promise<any>} work Errors are its own to handle.
 */
export function oneAtATime(work) {
  let busy = false;
  let waiting = null;
  const run = async (args) => {
    busy = true;
    try {
      await work(...args);
    } finally {
      busy = false;
    }
    if (waiting === null) return;
    const next = waiting;
    waiting = null;
    run(next);
  };
  return (...args) => {
    if (busy) waiting = args;
    else run(args);
  };
}

/** The call after the last of a series, `pause_ms` later. */
export function whenQuiet(work, pause_ms) {
  let timer = null;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), pause_ms);
  };
}
