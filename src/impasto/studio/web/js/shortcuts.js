/**
 * Every key of the page: what it is, what it does, and how the help sheet names it.
 */

/**
 * @typedef {Object} Shortcut
 * @property {string} group
 * @property {string} [label] Left out where another line names it.
 * @property {string} keys As shown.
 * @property {(event: KeyboardEvent) => boolean} [is]
 * @property {(studio: Object, event: KeyboardEvent) => void} [run]
 * @property {boolean} [anywhere] Also while something else than the picture has the focus, where
 *   the key means nothing of its own.
 */

const plain = (...keys) => (event) => !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(event.key.length === 1 ? event.key.toLowerCase() : event.key);
const control = (key, shift = false) => (event) => (event.ctrlKey || event.metaKey) && !event.altKey && event.shiftKey === shift && event.key.toLowerCase() === key;

/** @type {Shortcut[]} */
export const SHORTCUTS = [
  { group: "Choosing", label: "Region or object", keys: "click or Enter" },
  { group: "Choosing", label: "Add, remove", keys: "Shift or Alt click" },
  { group: "Choosing", label: "Smaller, larger", keys: "[ ] or wheel" },
  { group: "Choosing", keys: "[", is: plain("["), run: ({ commands }) => commands.step(-1) },
  { group: "Choosing", keys: "]", is: plain("]"), run: ({ commands }) => commands.step(1) },
  { group: "Choosing", label: "Move the pointer", keys: "← ↑ → ↓" },
  { group: "Choosing", label: "Keep as an object", keys: "Enter" },
  { group: "Choosing", label: "Forget the selection", keys: "Esc", is: plain("Escape"), run: ({ commands }) => commands.escape() },
  { group: "Tools", label: "Select", keys: "V", is: plain("v"), run: ({ commands }) => commands.useTool("select") },
  { group: "Tools", label: "Box", keys: "R", is: plain("r"), run: ({ commands }) => commands.useTool("box") },
  { group: "Tools", label: "Scribble", keys: "S", is: plain("s"), run: ({ commands }) => commands.useTool("scribble") },
  { group: "Tools", label: "Brush", keys: "B", is: plain("b"), run: ({ commands }) => commands.useTool("brush") },
  { group: "Tools", label: "New, add, remove", keys: "N A E", is: plain("n", "a", "e"), run: ({ store }, event) => store.set({ mode: { n: "new", a: "add", e: "remove" }[event.key.toLowerCase()] }) },
  { group: "Painting", label: "First to ninth style", keys: "1 … 9", is: plain("1", "2", "3", "4", "5", "6", "7", "8", "9"), run: ({ commands }, event) => commands.styleByNumber(Number(event.key)) },
  { group: "Painting", label: "The photograph", keys: "0", is: plain("0"), run: ({ actions }) => actions.setStyle(null) },
  { group: "Painting", label: "Keep the photograph’s colours", keys: "C", is: plain("c"), run: ({ commands }) => commands.toggleColors() },
  { group: "Painting", label: "Hide or show", keys: "H", is: plain("h"), run: ({ commands }) => commands.toggleVisible() },
  { group: "Painting", label: "Rename", keys: "F2", is: plain("F2"), run: ({ commands }) => commands.rename() },
  { group: "Painting", label: "Move up or down", keys: "Alt ↑ ↓" },
  { group: "Painting", label: "Remove the object", keys: "Delete", is: plain("Delete", "Backspace"), run: ({ commands }) => commands.removeTarget() },
  { group: "Picture", label: "Undo", keys: "Ctrl Z", anywhere: true, is: control("z"), run: ({ actions }) => actions.undo() },
  { group: "Picture", label: "Redo", keys: "Ctrl Shift Z", anywhere: true, is: (event) => control("z", true)(event) || control("y")(event), run: ({ actions }) => actions.redo() },
  { group: "Picture", label: "See the photograph", keys: "\\", is: plain("\\"), run: ({ commands }) => commands.holdOriginal(true) },
  { group: "Picture", label: "Before and after", keys: "Y", is: plain("y"), run: ({ commands }) => commands.toggleSplit() },
  { group: "View", label: "Fit", keys: "F", is: (event) => plain("f")(event) && !event.shiftKey, run: ({ stage }) => stage.fit() },
  { group: "View", label: "100 %", keys: "Shift F", is: (event) => plain("f")(event) && event.shiftKey, run: ({ commands }) => commands.actualSize() },
  { group: "View", label: "Zoom", keys: "+ − or Ctrl wheel" },
  { group: "View", keys: "+", is: plain("+", "="), run: ({ stage }) => stage.zoomBy(1.25) },
  { group: "View", keys: "-", is: plain("-"), run: ({ stage }) => stage.zoomBy(1 / 1.25) },
  { group: "View", label: "Pan", keys: "Space drag" },
  { group: "File", label: "Open", keys: "Ctrl O", anywhere: true, is: control("o"), run: ({ commands }) => commands.open() },
  { group: "File", label: "Save project", keys: "Ctrl S", anywhere: true, is: control("s"), run: ({ commands }) => commands.saveProject() },
  { group: "File", label: "Export picture", keys: "Ctrl E", anywhere: true, is: control("e"), run: ({ commands }) => commands.exportPicture() },
  { group: "File", label: "This sheet", keys: "?", is: (event) => event.key === "?", run: ({ commands }) => commands.help() },
];

/**
 * @param {import("./studio.js").Studio} studio
 * @param {{isActive: () => boolean, onSpace: (held: boolean) => void}} options
 */
export function handleKeys(studio, { isActive, onSpace }) {
  addEventListener("keydown", (event) => {
    if (!isActive() || document.querySelector("dialog[open], :popover-open") || event.defaultPrevented) return;
    if (event.target.matches?.("input:not([type=range]):not([type=checkbox]), select, textarea")) return;
    if (event.key === " " && !event.target.closest("button, input, [role=slider]")) {
      event.preventDefault();
      onSpace(true);
      return;
    }
    if (moved(studio, event)) return;
    const found = SHORTCUTS.find((each) => each.is?.(event));
    if (!found || (event.repeat && found.keys === "\\")) return;
    event.preventDefault();
    found.run(studio, event);
  });
  addEventListener("keyup", (event) => {
    if (event.key === " ") onSpace(false);
    if (event.key === "\\") studio.commands.holdOriginal(false);
    if (event.key === "Shift" || event.key === "Alt") studio.commands.refreshHover(event);
  });
  addEventListener("keydown", (event) => {
    if (isActive() && (event.key === "Shift" || event.key === "Alt")) studio.commands.refreshHover(event);
  });
  addEventListener("blur", () => {
    onSpace(false);
    studio.commands.holdOriginal(false);
  });
}

/** Arrow keys and Enter over the picture, for hands without a mouse. */
function moved({ commands, viewport }, event) {
  if (event.target !== viewport && event.target !== document.body) return false;
  const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  if (direction && !event.altKey) commands.movePointer(direction, event.ctrlKey ? 1 : 12, event);
  else if (event.key === "Enter") commands.pressPointer(event);
  else return false;
  event.preventDefault();
  return true;
}
