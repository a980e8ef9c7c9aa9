/**
 * Requests to the studio, and errors as it words them.
 */

/** What the studio, or the way to it, refused; the message is for people. */
export class StudioError extends Error {
  /**
   * @param {string} message
   * @param {string} code The studio's name for the error.
   * @param {number} status The HTTP status; 0 if nothing answered.
   */
  constructor(message, code, status) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

const SILENT = "The studio does not answer; see whether it still runs in its terminal.";
const NO_KEY = "This studio asks for a key: open the address printed in its terminal.";

/**
 * @param {string} path
 * @param {RequestInit & {json?: Object}} [options] `json` becomes the body.
 * @returns {Promise<Response>}
 * @throws {StudioError}
 */
export async function request(path, { json, ...options } = {}) {
  if (json !== undefined) {
    options = { ...options, body: JSON.stringify(json), headers: { "Content-Type": "application/json" } };
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new StudioError(SILENT, "Silent", 0);
  }
  if (!response.ok) throw toError(response.status, await response.text());
  return response;
}

/** The JSON a path answers. */
export async function requestJson(path, options) {
  return (await request(path, options)).json();
}

/**
 * Send a file, telling how much of it is gone.
 *
 * @param {string} path
 * @param {Blob} file
 * @param {(fraction: number|null) => void} onProgress
 * @param {AbortSignal} [signal]
 * @returns {Promise<Object>} The JSON answered.
 * @throws {StudioError}
 */
export function upload(path, file, onProgress, signal) {
  // fetch tells nothing of how far an upload is.
  return new Promise((resolve, reject) => {
    const sending = new XMLHttpRequest();
    sending.open("POST", path);
    sending.upload.onprogress = (event) => onProgress(event.lengthComputable ? event.loaded / event.total : null);
    sending.onload = () => {
      if (sending.status < 300) resolve(JSON.parse(sending.responseText));
      else reject(toError(sending.status, sending.responseText));
    };
    sending.onerror = () => reject(new StudioError(SILENT, "Silent", 0));
    sending.onabort = () => reject(new DOMException("The upload was stopped.", "AbortError"));
    signal?.addEventListener("abort", () => sending.abort());
    sending.send(file);
  });
}

/** Make an error of what was answered. */
export function toError(status, text) {
  if (status === 401) return new StudioError(NO_KEY, "AccessError", status);
  try {
    const { code, message } = JSON.parse(text).error;
    return new StudioError(message, code, status);
  } catch {
    return new StudioError(`The studio answered ${status}; try again.`, "Unknown", status);
  }
}

/** The path of a document, or of something in it. */
export function documentPath(id, ...parts) {
  return ["/api/documents", id, ...parts].map((part, at) => (at ? encodeURIComponent(part) : part)).join("/");
}

/** Let the browser download what a path gives. */
export function download(path) {
  const link = document.createElement("a");
  link.href = path;
  link.download = "";
  link.click();
}
