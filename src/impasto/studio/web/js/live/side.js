/**
 * How the picture is painted: strength, a second style, where; and what is measured.
 */

import { element, iconButton } from "../element.js";
import { labelledSlider } from "../panels/slider.js";
import { radioGroup } from "../radio_group.js";

const WHERE = [["everything", "Everything"], ["subject", "Subject"], ["background", "Background"]];
const SUBJECT = {
  none: "Click what you mean in the picture.",
  finding: "Looking for what you clicked…",
  following: "Following it. Click to add; with Shift, to leave out.",
  lost: "It was lost. Click it again.",
};

/**
 * @param {import("../store.js").Store} store
 * @param {HTMLElement} place
 * @param {{look: (change: Object) => void, forget: () => void, mirror: (on: boolean) => void, device: (id: string) => void}} ways
 */
export function createSide(store, place, ways) {
  place.append(strength(store, ways), blend(store, ways), where(store, ways), camera(store, ways), meters(store));
}

function strength(store, { look }) {
  const slider = labelledSlider({ label: "Strength", min: 0, max: 150, initial: 100, text: (value) => `${value} %`, oninput: (value) => look({ strength: value / 100 }) });
  store.watch(["look"], ({ look: now }) => {
    slider.show(Math.round(100 * (now?.strength ?? 1)));
    slider.enable(Boolean(now?.style));
  });
  return group(slider.root);
}

function blend(store, { look }) {
  const select = element("select", { onchange: () => look({ blend: select.value || null }) });
  const field = element("label", { class: "field" }, element("span", {}, "Second style"), select);
  const slider = labelledSlider({ label: "Its share", min: 0, max: 100, initial: 50, text: (value) => `${value} %`, oninput: (value) => look({ share: value / 100 }) });
  store.watch(["look", "styles"], ({ look: now, styles }) => {
    const network = styles.find((each) => each.name === now?.style)?.network;
    const others = styles.filter((each) => each.network === network && each.name !== now?.style);
    const options = [element("option", { value: "" }, "None"), ...others.map(({ name, title }) => element("option", { value: name }, title))];
    const names = options.map((each) => each.value).join();
    if (select.dataset.names !== names) {
      select.replaceChildren(...options);
      select.dataset.names = names;
    }
    select.value = now?.blend ?? "";
    select.disabled = others.length === 0;
    slider.show(Math.round(100 * (now?.share ?? 0.5)));
    slider.root.hidden = !now?.blend;
  });
  return group(field, slider.root);
}

function where(store, { look, forget }) {
  const segments = element("div", { class: "segments", role: "radiogroup", "aria-label": "What is painted" });
  const choose = radioGroup(segments);
  for (const [value, label] of WHERE) {
    segments.append(element("button", { type: "button", role: "radio", class: "button button-small", dataset: { value }, onclick: () => look({ where: value }) }, label));
  }
  const note = element("p", { class: "live-note", role: "status" });
  const drop = iconButton({ icon: "close", label: "Forget what was clicked", class: "button-small", onclick: forget });
  const line = element("div", { class: "live-line" }, note, drop);
  store.watch(["look", "subject"], ({ look: now, subject }) => {
    choose((each) => each.dataset.value === (now?.where ?? "everything"));
    line.hidden = !now || now.where === "everything";
    note.textContent = SUBJECT[subject] ?? "";
    drop.hidden = subject === "none";
  });
  return group(segments, line);
}

function camera(store, { mirror, device }) {
  const box = element("input", { type: "checkbox", role: "switch", onchange: () => mirror(box.checked) });
  const select = element("select", { onchange: () => device(select.value) });
  const field = element("label", { class: "field" }, element("span", {}, "Which one"), select);
  store.watch(["mirror", "source", "devices", "device"], ({ mirror: on, source, devices, device: now }) => {
    box.checked = on;
    field.hidden = source !== "browser" || devices.length < 2;
    select.replaceChildren(...devices.map(({ id, name }) => element("option", { value: id }, name)));
    if (now) select.value = now;
  });
  return group(field, element("label", { class: "switch" }, element("span", {}, "As in a mirror"), box));
}

function meters(store) {
  const list = element("dl", { class: "live-meters" });
  const rows = {};
  const add = (key, label, title) => {
    rows[key] = element("dd", { dataset: { meter: key } }, "–");
    list.append(element("div", { title }, element("dt", {}, label), rows[key]));
  };
  add("painted", "Painted", "Frames a second that the network paints");
  add("shown", "Shown", "Frames a second that are drawn on a screen");
  add("delay", "Delay", "From the camera to the screen: half of the frames take less");
  add("p95", "Slowest", "One frame in twenty takes longer");
  add("size", "Painted at", "Smaller where the rate could not be held");
  add("dropped", "Left out", "Camera frames that a newer one replaced before they were painted");
  store.watch(["meters"], ({ meters: now }) => {
    if (!now) {
      for (const row of Object.values(rows)) row.textContent = "–";
      return;
    }
    rows.painted.textContent = `${Math.round(now.painted_fps)} fps`;
    rows.shown.textContent = `${Math.round(now.shown_fps)} fps`;
    rows.delay.textContent = now.delay_ms === null ? "–" : `${now.delay_ms} ms`;
    rows.p95.textContent = now.delay_p95_ms === null ? "–" : `${now.delay_p95_ms} ms`;
    rows.size.textContent = now.size[0] ? `${now.size[1]} × ${now.size[0]}` : "–";
    rows.dropped.textContent = `${now.dropped}`;
  });
  return element("details", { class: "live-details" }, element("summary", {}, "What is measured"), list);
}

function group(...children) {
  return element("div", { class: "live-group" }, ...children);
}
