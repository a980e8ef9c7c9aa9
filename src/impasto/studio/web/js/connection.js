/**
 * The live line to one document: sends edits, waits for their answers, comes back when it breaks.
 */

import { StudioError } from "./rest.js";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4000;
const FOR_GOOD = new Map([
  [4401, "This studio asks for a key: open the address printed in its terminal."],
  [4404, "This document is not here any more; open it again from the start page."],
  [1013, "Too many pages are open on this studio; close one, then reload this one."],
]);

/**
 * @typedef {Object} Listener
 * @property {(event: Object) => void} onEvent A JSON message that answers nothing in particular.
 * @property {(frame: ArrayBuffer) => void} onFrame A binary message.
 * @property {(status: "open"|"lost"|"closed", reason: string|null) => void} onStatus
 */

export class Connection {
  #socket = null;
  #waiting = new Map();
  #unsent = [];
  #request = 0;
  #pause = FIRST_PAUSE_MS;
  #timer = null;
  #closed = false;

  /**
   * @param {string} path Of the WebSocket, on this very host.
   * @param {Listener} listener
   */
  constructor(path, listener) {
    this.url = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${path}`;
    this.listener = listener;
    this.#open();
    this.retry = () => document.visibilityState === "visible" && this.#retryNow();
    addEventListener("online", this.retry);
    document.addEventListener("visibilitychange", this.retry);
  }

  /**
   * Send a message and wait for its answer. While the line is down the message is kept, and sent
   * when it is back.
   *
   * @param {Object} message
   * @returns {Promise<Object>}
   * @throws {StudioError} what the studio refused.
   */
  send(message) {
    const request = ++this.#request;
    return new Promise((resolve, reject) => {
      const kept = { message: { ...message, request }, resolve, reject };
      this.#waiting.set(request, kept);
      if (this.isOpen) this.#socket.send(JSON.stringify(kept.message));
      else this.#unsent.push(kept);
    });
  }

  /** Send a message if the line is up, without waiting for an answer. */
  tell(message) {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }

  /** Whether messages go out at once. */
  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Hang up for good. */
  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.retry);
    document.removeEventListener("visibilitychange", this.retry);
    this.#socket?.close(1000);
    this.#fail("The document was closed.");
  }

  #open() {
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => this.#onOpen(socket);
    socket.onmessage = ({ data }) => this.#onMessage(data);
    socket.onclose = (event) => this.#onClose(socket, event);
    this.#socket = socket;
  }

  #onOpen(socket) {
    this.#pause = FIRST_PAUSE_MS;
    for (const { message } of this.#unsent.splice(0)) socket.send(JSON.stringify(message));
    this.listener.onStatus("open", null);
  }

  #onMessage(data) {
    if (typeof data !== "string") {
      this.listener.onFrame(data);
      return;
    }
    const event = JSON.parse(data);
    const kept = this.#waiting.get(event.request);
    if (!kept) {
      this.listener.onEvent(event);
      return;
    }
    this.#waiting.delete(event.request);
    if (event.event === "error") kept.reject(new StudioError(event.message, event.code, 0));
    else kept.resolve(event);
  }

  #onClose(socket, event) {
    if (this.#closed || socket !== this.#socket) return;
    // What was sent may have been done, or not: the state that comes on return says which.
    const unsent = new Set(this.#unsent);
    for (const [request, kept] of this.#waiting) {
      if (unsent.has(kept)) continue;
      this.#waiting.delete(request);
      kept.reject(new StudioError("The line to the studio broke; do that again if it is not there.", "Lost", 0));
    }
    if (FOR_GOOD.has(event.code)) {
      this.listener.onStatus("closed", FOR_GOOD.get(event.code));
      return;
    }
    this.listener.onStatus("lost", event.reason || null);
    this.#timer = setTimeout(() => this.#open(), this.#pause);
    this.#pause = Math.min(LONGEST_PAUSE_MS, this.#pause * 1.7);
  }

  #retryNow() {
    if (this.#closed || this.#socket.readyState <= WebSocket.OPEN) return;
    clearTimeout(this.#timer);
    this.#open();
  }

  #fail(reason) {
    for (const { reject } of this.#waiting.values()) reject(new StudioError(reason, "Closed", 0));
    this.#waiting.clear();
    this.#unsent = [];
  }
}
