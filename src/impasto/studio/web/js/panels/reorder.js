/**
 * Rows of the object list dragged to another place by their grip.
 */

/**
 * @param {HTMLElement} list Its rows have `data-id`; those with a `.grip` can be dragged.
 * @param {{order: () => string[], move: (id: string, position: number) => void}} options
 *   `order` gives the ids from bottom to top, while the list shows them from top to bottom.
 */
export function dragToReorder(list, { order, move }) {
  let dragged = null;
  let goal = null;

  const rows = () => [...list.querySelectorAll(".object[data-id]")].filter((row) => row.querySelector(".grip"));
  const clear = () => {
    for (const row of list.children) row.classList.remove("drop-above", "drop-below", "is-dragged");
  };

  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(".grip");
    if (!grip) return;
    event.preventDefault();
    list.setPointerCapture(event.pointerId);
    dragged = grip.closest(".object");
    goal = null;
  });

  list.addEventListener("pointermove", (event) => {
    if (!dragged) return;
    clear();
    dragged.classList.add("is-dragged");
    goal = goalAt(rows(), event.clientY);
    if (goal) goal.row.classList.add(goal.above ? "drop-above" : "drop-below");
  });

  const finish = () => {
    if (!dragged) return;
    const id = dragged.dataset.id;
    clear();
    dragged = null;
    if (!goal || goal.row.dataset.id === id) return;
    move(id, positionOf(order(), id, goal.row.dataset.id, goal.above));
  };
  list.addEventListener("pointerup", finish);
  list.addEventListener("pointercancel", () => {
    clear();
    dragged = null;
  });
}

function goalAt(rows, y) {
  for (const row of rows) {
    const { top, bottom } = row.getBoundingClientRect();
    if (y < (top + bottom) / 2) return { row, above: true };
  }
  return rows.length ? { row: rows.at(-1), above: false } : null;
}

/**
 * How many others lie beneath an object that is put above or below another.
 *
 * @param {string[]} order Ids from bottom to top.
 * @param {string} id Which moves.
 * @param {string} neighbour
 * @param {boolean} above
 */
export function positionOf(order, id, neighbour, above) {
  const others = order.filter((each) => each !== id);
  return others.indexOf(neighbour) + (above ? 1 : 0);
}
