/**
 * The line to the studio: pictures and news come, looks and frames go; it comes back when it breaks.
 */

import { readPicture } from "./picture_message.js";

const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 4000;
const CODES = new Map([
  [4401, "This studio asks for a key: open the address printed in its terminal."],
  [4404, null],
  [4410, null],
  [1013, null],
]);
/** Close codes after which nobody calls again, and words for those that bring none. */

/**
 * @typedef {Object} Listener
 * @property {(event: Object) => void} onEvent
 * @property {(picture: ReturnType<typeof readPicture>) => void} onPicture
 * @property {(status: "open"|"lost"|"ended", reason: string|null) => void} onStatus
 */

export class Line {
  #socket = null;
  #pause = FIRST_PAUSE_MS;
  #timer = null;
  #closed = false;

  /**
   * @param {"camera"|"browser"} source
   * @param {Listener} listener
   */
  constructor(source, listener) {
    this.url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/api/live/${source}`;
    this.listener = listener;
    this.#open();
  }

  /** Whether messages go out at once. */
  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Bytes that the browser has not sent yet. */
  get waiting() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Say something, if the line is up. */
  tell(message) {
    if (this.isOpen) this.#socket.send(message instanceof Blob ? message : JSON.stringify(message));
  }

  /** Hang up for good. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#socket?.close(1000);
  }

  #open() {
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#pause = FIRST_PAUSE_MS;
      this.listener.onStatus("open", null);
    };
    socket.onmessage = ({ data }) => {
      if (this.#closed) return;
      if (typeof data === "string") this.listener.onEvent(JSON.parse(data));
      else this.listener.onPicture(readPicture(data));
    };
    socket.onclose = (event) => this.#onClose(event);
    this.#socket = socket;
  }

  #onClose(event) {
    if (this.#closed) return;
    if (CODES.has(event.code)) {
      this.#closed = true;
      this.listener.onStatus("ended", event.reason || CODES.get(event.code));
      return;
    }
    this.listener.onStatus("lost", event.reason || null);
    this.#timer = setTimeout(() => this.#open(), this.#pause);
    this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 1.7);
  }
}
