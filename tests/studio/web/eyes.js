/* What a scripted person sees of the page, and what the studio says of it. */
({
  base: `/api/documents/${new URLSearchParams(location.search).get("document")}`,

  /** Begin to collect the boxes of patches. */
  watch() {
    globalThis.patches = [];
    document.addEventListener("impasto:painted", ({ detail }) => patches.push(detail.box));
  },

  /** How many styles are not painted yet. */
  async stylesToCome() {
    const { styles } = await (await fetch(`${this.base}/styles`)).json();
    return styles.filter((each) => each.status !== "ready").length;
  },

  /** Percent of the viewport that is lit up or outlined. */
  lit() {
    const overlay = document.querySelector("#overlay");
    const { width, height } = overlay;
    const { data } = overlay.getContext("2d").getImageData(0, 0, width, height);
    let count = 0;
    for (let at = 3; at < data.length; at += 4) count += data[at] > 0;
    return (100 * count) / (width * height);
  },

  /** The largest difference of what is shown from what is painted, in means of 8 × 8 pixels. */
  async differs() {
    const shown = document.querySelector("canvas.picture");
    const answer = await fetch(`${this.base}/picture.jpg`);
    const painted = await createImageBitmap(await answer.blob());
    const [width, height] = [shown.width >> 3, shown.height >> 3];
    const [a, b] = [shown, painted].map((picture) => {
      const context = new OffscreenCanvas(width, height).getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(picture, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    });
    return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
  },

  /** The picture as a PNG, and the boxes of the patches drawn since this was asked last. */
  shown() {
    const url = document.querySelector("canvas.picture").toDataURL("image/png");
    return { url, patches: patches.splice(0) };
  },

  /** The file of an object's mask, and where it lies. */
  async mask(identity) {
    const { state, width, height } = await (await fetch(this.base)).json();
    const { box } = state.objects.find((each) => each.id === identity);
    const file = await fetch(`${this.base}/objects/${identity}/mask.png?scale=1`);
    return { box, width, height, bytes: [...new Uint8Array(await file.arrayBuffer())] };
  },

  /** Classes of what reaches beyond the sides of the window. */
  beyond() {
    const parts = "#bar *, .float, .float *, .sheet-tabs *, .look *, .object *";
    return [...document.querySelectorAll(parts)]
      .filter((each) => each.checkVisibility())
      .map((each) => [each.className?.baseVal ?? each.className, each.getBoundingClientRect()])
      .filter(([, { left, right }]) => right > innerWidth + 1 || left < -1)
      .map(([name]) => name);
  },
})
