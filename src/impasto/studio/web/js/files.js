/**
 * Files from a person: chosen, or dropped anywhere on the page.
 */

export const PHOTOGRAPHS_AND_PROJECTS = "image/*,.heic,.heif,.tif,.tiff,.impasto";

/**
 * Let a person choose one file.
 *
 * @param {string} accept Kinds, as an input element takes them.
 * @returns {Promise<File|null>}
 */
export function chooseFile(accept) {
  return new Promise((resolve) => {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = accept;
    input.addEventListener("change", () => resolve(input.files[0] ?? null));
    input.addEventListener("cancel", () => resolve(null));
    input.click();
  });
}

/**
 * Take files that are dropped on the page, or pasted.
 *
 * @param {{over: (on: boolean) => void, take: (file: File) => void}} listener
 */
export function watchDrops({ over, take }) {
  let depth = 0;
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  const leave = () => {
    depth = 0;
    over(false);
  };
  addEventListener("dragenter", (event) => {
    if (!holdsFiles(event)) return;
    depth += 1;
    over(true);
  });
  addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  addEventListener("dragleave", (event) => {
    if (!holdsFiles(event)) return;
    depth -= 1;
    if (depth <= 0) leave();
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    leave();
    if (event.dataTransfer.files[0]) take(event.dataTransfer.files[0]);
  });
  addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (file) take(file);
  });
}
