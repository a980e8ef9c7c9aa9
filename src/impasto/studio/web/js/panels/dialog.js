/**
 * Dialogs: a title, a body, a way out.
 */

import { element, iconButton } from "../element.js";

let made = 0;

/**
 * Open a dialog; it is gone from the page when it is closed.
 *
 * @param {{title: string, wide?: boolean, body: Node[], onclose?: () => void}} options
 * @returns {{root: HTMLDialogElement, close: () => void}}
 */
export function openDialog({ title, wide = false, body, onclose }) {
  const id = `dialog-title-${++made}`;
  const root = element(
    "dialog",
    { class: wide ? "dialog-wide" : "", "aria-labelledby": id },
    element("div", { class: "dialog-head" }, element("h2", { id, tabindex: -1, autofocus: !body.some((each) => each.matches?.("[autofocus]") || each.querySelector?.("[autofocus]")) }, title), iconButton({ icon: "close", label: "Close", onclick: () => root.close() })),
    element("div", { class: "dialog-body" }, ...body),
  );
  root.addEventListener("click", (event) => event.target === root && root.close());
  root.addEventListener("close", () => {
    root.remove();
    onclose?.();
  });
  document.body.append(root);
  root.showModal();
  return { root, close: () => root.close() };
}

/**
 * Ask before something is gone for good.
 *
 * @param {{title: string, text: string, action: string}} options
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, action }) {
  return new Promise((resolve) => {
    let answer = false;
    const { close } = openDialog({
      title,
      body: [
        element("p", {}, text),
        element(
          "div",
          { class: "dialog-actions" },
          element("button", { type: "button", class: "button", autofocus: true, onclick: () => close() }, "Keep"),
          element("button", { type: "button", class: "button button-primary", onclick: () => { answer = true; close(); } }, action),
        ),
      ],
      onclose: () => resolve(answer),
    });
  });
}
