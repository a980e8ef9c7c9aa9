/**
 * Dark or light: as the system says, or as a person chose.
 */

const KEY = "impasto.theme";
const system = matchMedia("(prefers-color-scheme: dark)");

/** @returns {"system"|"dark"|"light"} */
export function themeChoice() {
  const kept = read();
  return kept === "dark" || kept === "light" ? kept : "system";
}

/** @param {"system"|"dark"|"light"} choice */
export function chooseTheme(choice) {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Private windows keep nothing; the choice then lasts as long as the page.
  }
  show(choice);
}

/** Follow the choice, and the system where that is the choice. */
export function startTheme() {
  show(themeChoice());
  system.addEventListener("change", () => show(themeChoice()));
}

function show(choice) {
  const dark = choice === "dark" || (choice === "system" && system.matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

function read() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
