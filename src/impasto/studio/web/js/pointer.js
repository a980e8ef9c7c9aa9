/**
 * Mouse, pen, fingers and wheel over the picture, handed to the tool in use.
 */

const CLICK_SLOP_PX = 5;
const LONG_PRESS_MS = 420;
const GROW_PAUSE_MS = 480;
const WHEEL_STEP_PX = 40;

/**
 * @param {import("./studio.js").Studio} studio
 */
export function handlePointers({ store, stage, viewport, tool, isPanning }) {
  const fingers = new Map();
  let pressed = null;
  let wheeled = 0;

  const at = (event) => stage.pointAt(event.clientX, event.clientY);
  const isReady = () => Boolean(store.get().view && store.get().document);

  viewport.addEventListener("pointerdown", (event) => {
    if (!isReady() || event.button > 1) return;
    viewport.focus({ preventScroll: true });
    viewport.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    if (fingers.size === 2) {
      abandon();
      return;
    }
    if (fingers.size > 2) return;
    const pans = isPanning() || event.button === 1;
    pressed = { id: event.pointerId, start: [event.clientX, event.clientY], last: [event.clientX, event.clientY], touch: event.pointerType === "touch", pans, moved: false, grown: 0, timer: null };
    if (!pans && tool().drags) tool().down(at(event), event);
    else if (!pans && pressed.touch) watchLongPress(event);
    showCursor();
  });

  viewport.addEventListener("pointermove", (event) => {
    if (!isReady()) return;
    if (fingers.size === 2 && fingers.has(event.pointerId)) {
      pinch(event);
      return;
    }
    if (!pressed) {
      if (event.pointerType !== "touch") tool().hover?.(at(event), event);
      return;
    }
    if (event.pointerId !== pressed.id) return;
    drag(event);
  });

  function drag(event) {
    const [x, y] = [event.clientX, event.clientY];
    const far = Math.hypot(x - pressed.start[0], y - pressed.start[1]) > CLICK_SLOP_PX * (pressed.touch ? 2 : 1);
    if (far && !pressed.moved) {
      pressed.moved = true;
      clearTimeout(pressed.timer);
    }
    if (!pressed.pans && tool().drags) {
      for (const each of event.getCoalescedEvents?.() ?? [event]) tool().move(at(each), each);
    } else if (pressed.pans || (pressed.moved && !pressed.grown)) {
      stage.panBy(x - pressed.last[0], y - pressed.last[1]);
      showCursor();
    }
    pressed.last = [x, y];
  }

  viewport.addEventListener("pointerup", (event) => {
    fingers.delete(event.pointerId);
    if (!pressed || event.pointerId !== pressed.id) return;
    const done = pressed;
    pressed = null;
    clearTimeout(done.timer);
    if (!done.pans && tool().drags) tool().up(at(event), event);
    else if (!done.pans && !done.moved) tool().click?.(at(event), event, done.grown);
    if (done.touch) tool().leave?.();
    showCursor();
  });

  viewport.addEventListener("pointercancel", (event) => {
    fingers.delete(event.pointerId);
    abandon();
  });

  viewport.addEventListener("pointerleave", () => {
    if (!pressed) tool().leave?.();
  });

  viewport.addEventListener("dblclick", (event) => event.preventDefault());
  viewport.addEventListener("contextmenu", (event) => event.preventDefault());

  viewport.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      if (!isReady()) return;
      const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
      const { vx, vy } = at(event);
      if (event.ctrlKey || event.metaKey) {
        stage.zoomBy(Math.exp(-Math.max(-60, Math.min(60, event.deltaY * unit)) * 0.008), vx, vy);
      } else if (event.shiftKey || event.deltaX !== 0) {
        stage.panBy(-(event.deltaX || event.deltaY) * unit, event.shiftKey ? 0 : -event.deltaY * unit);
      } else {
        walk(-event.deltaY * unit);
      }
    },
    { passive: false },
  );

  /** One step a notch of the wheel, or as much of a swipe. */
  function walk(distance) {
    if (Math.sign(distance) !== Math.sign(wheeled)) wheeled = 0;
    wheeled += distance;
    if (Math.abs(wheeled) < WHEEL_STEP_PX) return;
    tool().step?.(Math.sign(wheeled));
    wheeled = 0;
  }

  function pinch(event) {
    const before = [...fingers.values()];
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    const after = [...fingers.values()];
    const frame = viewport.getBoundingClientRect();
    const [from, to] = [middle(before), middle(after)];
    stage.panBy(to[0] - from[0], to[1] - from[1]);
    stage.zoomBy(distance(after) / Math.max(1, distance(before)), to[0] - frame.left, to[1] - frame.top);
  }

  function watchLongPress(event) {
    const point = at(event);
    tool().hover?.(point, event);
    const grow = () => {
      pressed.grown += 1;
      tool().grow?.(point);
      navigator.vibrate?.(8);
      pressed.timer = setTimeout(grow, GROW_PAUSE_MS);
    };
    pressed.timer = setTimeout(grow, LONG_PRESS_MS);
  }

  function abandon() {
    if (!pressed) return;
    clearTimeout(pressed.timer);
    if (!pressed.pans && tool().drags) tool().cancel();
    tool().leave?.();
    pressed = null;
    showCursor();
  }

  function showCursor() {
    viewport.dataset.cursor = pressed?.pans || (pressed?.moved && !tool().drags) ? "panning" : isPanning() ? "pan" : tool().cursor;
  }

  return { showCursor };
}

function middle([a, b]) {
  return [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
}

function distance([a, b]) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
