/**
 * The browser's own camera: its newest frame is sent when the one before has come back painted.
 */

import { fitWithin, writeFrame } from "./picture_message.js";

const QUALITY = 0.82;
const ON_THE_WAY = 2;
const FORGOTTEN_MS = 3000;
const REFUSALS = {
  NotAllowedError: "The browser does not let this page see the camera. Allow it beside the address, then try again.",
  NotFoundError: "There is no camera on this device. Plug one in, then try again.",
  NotReadableError: "The camera cannot be read: another program may have it. Close that, then try again.",
  OverconstrainedError: "This camera is not there any more. Choose another one.",
};

export class CameraError extends Error {}

export class OwnCamera {
  #video = document.createElement("video");
  #canvas = new OffscreenCanvas(16, 16);
  #stream = null;
  #sent = new Map();
  #number = 0;
  #last = 0;
  #encoding = false;
  #running = 0;

  /**
   * @param {Object} ways
   * @param {() => {size: {width: number, height: number}, fps: number}} ways.wanted What to send.
   * @param {() => boolean} ways.hasRoom Whether the line takes a frame.
   * @param {(message: Blob) => void} ways.send
   * @param {() => void} ways.onEnd The camera was unplugged, or its use was ended.
   */
  constructor(ways) {
    this.ways = ways;
    this.#video.muted = true;
    this.#video.playsInline = true;
  }

  /**
   * Begin to send.
   *
   * @param {string|null} device Id of a camera, or null for any.
   * @throws {CameraError} with words for people.
   */
  async start(device) {
    this.stop();
    if (!navigator.mediaDevices?.getUserMedia) {
      throw new CameraError("Browsers give a page the camera only on this very machine, or over HTTPS. Open the studio as http://127.0.0.1, or put it behind HTTPS.");
    }
    const { size, fps } = this.ways.wanted();
    const video = { width: { ideal: size.width }, height: { ideal: size.height }, frameRate: { ideal: Math.ceil(fps) }, ...(device ? { deviceId: { exact: device } } : { facingMode: "user" }) };
    const running = (this.#running += 1);
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({ video, audio: false });
    } catch (error) {
      throw new CameraError(REFUSALS[error.name] ?? `The camera cannot be opened: ${error.message}`);
    }
    const [track] = this.#stream.getVideoTracks();
    track.addEventListener("ended", () => { if (running === this.#running) this.ways.onEnd(); });
    this.#video.srcObject = this.#stream;
    await this.#video.play();
    this.#watch(running);
  }

  /** Let the camera go; its light goes out. */
  stop() {
    this.#running += 1;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = null;
    this.#video.srcObject = null;
    this.#sent.clear();
  }

  /** A frame has come back painted; those sent before it never will. */
  cameBack(stamp) {
    for (const each of [...this.#sent.keys()]) if (each <= stamp) this.#sent.delete(each);
  }

  /** The id of the camera in use. */
  get device() {
    return this.#stream?.getVideoTracks()[0]?.getSettings().deviceId ?? null;
  }

  /** Cameras there are, by id and name; names are known once one was allowed. */
  static async list() {
    const devices = (await navigator.mediaDevices?.enumerateDevices?.()) ?? [];
    return devices.filter((each) => each.kind === "videoinput").map(({ deviceId, label }, at) => ({ id: deviceId, name: label || `Camera ${at + 1}` }));
  }

  #watch(running) {
    const next = (_now, { captureTime, presentationTime }) => {
      if (running !== this.#running) return;
      this.#video.requestVideoFrameCallback(next);
      this.#offer(captureTime ?? presentationTime ?? performance.now());
    };
    this.#video.requestVideoFrameCallback(next);
  }

  async #offer(stamp) {
    const { size, fps } = this.ways.wanted();
    const now = performance.now();
    for (const [each, sent] of this.#sent) if (now - sent > FORGOTTEN_MS) this.#sent.delete(each);
    const tooSoon = now - this.#last < 1000 / fps - 6;
    if (this.#encoding || tooSoon || this.#sent.size >= ON_THE_WAY || !this.ways.hasRoom()) return;
    this.#encoding = true;
    this.#last = now;
    try {
      const camera = { width: this.#video.videoWidth, height: this.#video.videoHeight };
      if (!camera.width) return;
      const { width, height } = fitWithin(camera, size);
      if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height });
      this.#canvas.getContext("2d", { alpha: false }).drawImage(this.#video, 0, 0, width, height);
      const jpeg = await this.#canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
      if (!this.#stream) return;
      this.#number += 1;
      this.#sent.set(stamp, now);
      this.ways.send(writeFrame({ number: this.#number, width, height, stamp }, jpeg));
    } finally {
      this.#encoding = false;
    }
  }
}
