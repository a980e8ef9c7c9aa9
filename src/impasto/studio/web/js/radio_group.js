/**
 * Groups of which one is chosen: one stop of the Tab key, and arrows that choose.
 */

/**
 * @param {HTMLElement} group Holds elements of role radio, whose click chooses.
 * @param {boolean} [inRow] Leave the keys up and down to what is around it.
 * @returns {(isChosen: (radio: HTMLElement) => boolean) => void} shows what is chosen.
 */
export function radioGroup(group, inRow = false) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ...(inRow ? {} : { ArrowDown: 1, ArrowUp: -1 }) };
  const radios = () => [...group.querySelectorAll("[role=radio]")];
  group.addEventListener("keydown", (event) => {
    const shown = radios().filter((each) => !each.hidden);
    const at = shown.indexOf(document.activeElement);
    const step = steps[event.key];
    if (at < 0 || !step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = shown[(at + step + shown.length) % shown.length];
    next.focus();
    next.click();
  });
  return (isChosen) => {
    for (const each of radios()) {
      const chosen = isChosen(each);
      each.setAttribute("aria-checked", String(chosen));
      each.tabIndex = chosen ? 0 : -1;
    }
  };
}
