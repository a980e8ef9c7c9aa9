/**
 * The live page: one picture, of the studio's camera or of this browser's.
 */

import { loadIcons } from "../element.js";
import { watchHands } from "../hands.js";
import { announce, attempt, showError, toast } from "../messages.js";
import { download, requestJson } from "../rest.js";
import { createStore } from "../store.js";
import { startTheme } from "../theme.js";
import { createBar } from "./bar.js";
import { Line } from "./line.js";
import { OwnCamera } from "./own_camera.js";
import { createPalette } from "./palette.js";
import { KIND } from "./picture_message.js";
import { createScreen } from "./screen.js";
import { createSide } from "./side.js";
import { createStage } from "./stage.js";

const store = createStore({
  status: "connecting",
  reason: null,
  source: null,
  camera: null,
  hasStudio: false,
  name: null,
  styles: [],
  look: null,
  loading: false,
  subject: "none",
  recording: null,
  meters: null,
  mirror: false,
  devices: [],
  device: null,
  send: { width: 1280, height: 720 },
  fps: 24,
});
let line = null;
let unsentLook = null;

const screen = createScreen(({ number, stamp }) => {
  const isOwn = store.get().source === "browser";
  line?.tell({ do: "drawn", frame: number, ...(isOwn ? { delay_ms: Math.max(0, performance.now() - stamp) } : {}) });
  if (store.get().status !== "live") store.set({ status: "live", reason: null });
});

const own = new OwnCamera({
  wanted: () => ({ size: store.get().send, fps: store.get().fps }),
  hasRoom: () => Boolean(line?.isOpen) && line.waiting < 200_000,
  send: (message) => line?.tell(message),
  onEnd: () => end("The camera was unplugged, or its use was ended. Plug it in, then try again."),
});

const ways = {
  look: changeLook,
  source: openSource,
  record: (on) => line?.tell({ do: "record", on }),
  snapshot: () => line?.tell({ do: "snapshot" }),
  point: (x, y, add) => line?.tell({ do: "point", x, y, add }),
  forget: () => line?.tell({ do: "forget" }),
  mirror: (on) => store.set({ mirror: on }),
  device: (id) => attempt(() => startOwn(id)),
  start: () => attempt(() => startOwn(null)),
  again: () => openSource(store.get().source),
};

startTheme();
watchHands();
loadIcons();
createBar(store, document.getElementById("bar"), ways);
createStage(store, document.getElementById("stage"), screen.canvas, ways);
createSide(store, document.getElementById("side"), ways);
const palette = createPalette(store, document.getElementById("palette"), (style) => changeLook({ style, blend: null }));
navigator.mediaDevices?.addEventListener?.("devicechange", listDevices);
attempt(begin);

/** Ask what there is, and open the studio's camera, or offer this browser's. */
async function begin() {
  const { camera, studio, styles } = await requestJson("/api/live");
  store.set({ camera, hasStudio: studio, styles });
  const asked = new URLSearchParams(location.search).get("camera");
  openSource(camera && asked !== "browser" ? "camera" : "browser");
}

/** @param {"camera"|"browser"} source */
function openSource(source) {
  line?.close();
  line = null;
  own.stop();
  screen.reset();
  store.set({ source, look: null, recording: null, meters: null, name: null, subject: "none", mirror: source === "browser" });
  if (source === "browser") store.set({ status: "idle", reason: null });
  else call();
}

async function startOwn(device) {
  line?.close();
  screen.reset();
  store.set({ status: "waiting", reason: null });
  try {
    call();
    await own.start(device);
  } catch (error) {
    end(error.message);
    return;
  }
  store.set({ device: own.device });
  listDevices();
}

/** Call the studio for the picture of the source chosen. */
function call() {
  if (store.get().source === "camera") store.set({ status: "connecting", reason: null });
  const { source } = store.get();
  line = new Line(source, { onEvent, onPicture, onStatus });
}

function end(reason) {
  line?.close();
  line = null;
  screen.reset();
  own.stop();
  store.set({ status: "ended", reason, recording: null });
}

function onStatus(status, reason) {
  if (status === "open") {
    screen.reset();
    store.set({ status: "waiting", reason: null });
  } else if (status === "lost") {
    store.set({ status: "lost", reason });
  } else {
    end(reason);
  }
}

function onPicture(picture) {
  if (picture.kind === KIND.frame) {
    own.cameBack(picture.stamp);
    screen.show(picture).catch(showError);
  } else if (picture.kind === KIND.thumbnail) {
    palette.face(picture.number === 0 ? null : store.get().styles[picture.number - 1]?.name, picture.content);
  } else if (picture.kind === KIND.snapshot) {
    keep(picture.content);
  }
}

function onEvent({ event, ...rest }) {
  if (event === "styles") store.set({ styles: rest.styles });
  if (event === "meters") store.set({ meters: rest });
  if (event === "ended") store.set({ reason: rest.reason });
  if (event === "error") toast(rest.message, { kind: "error", key: rest.code ?? "error" });
  if (event === "recorded") showRecorded(rest);
  if (event === "state") showState(rest);
}

function showState({ source, look, loading, subject, recording, fps, send: [height, width] }) {
  if (Boolean(recording) !== Boolean(store.get().recording)) announce(recording ? "Recording" : "The recording is finished");
  // What was just chosen here is newer than what the studio tells of.
  const now = unsentLook ? {} : { look };
  store.set({ name: source.name, loading, subject, recording, fps, send: { width, height }, ...now });
}

function showRecorded({ name, duration_s: seconds, url, error }) {
  if (error) toast(error, { kind: "error", key: "recorded-error" });
  if (!name) return;
  toast(`Recorded ${seconds.toFixed(1)} s: ${name}`, { stays: true, key: "recorded", action: { label: "Download", run: () => download(url) } });
}

/** Change the look here at once, and tell the studio of the newest one once a frame. */
function changeLook(change) {
  const { look } = store.get();
  if (!look) return;
  store.set({ look: { ...look, ...change } });
  if (unsentLook === null) {
    requestAnimationFrame(() => {
      line?.tell({ do: "look", ...unsentLook });
      unsentLook = null;
    });
  }
  unsentLook = store.get().look;
}

/** Let the browser save a picture. */
function keep(png) {
  const link = document.createElement("a");
  const now = new Date(Date.now() - 60_000 * new Date().getTimezoneOffset());
  link.href = URL.createObjectURL(new Blob([png], { type: "image/png" }));
  link.download = `impasto-${now.toISOString().slice(0, 19).replace("T", "-").replaceAll(":", "")}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  toast("The picture is saved.", { key: "snapshot" });
}

async function listDevices() {
  store.set({ devices: await OwnCamera.list() });
}
