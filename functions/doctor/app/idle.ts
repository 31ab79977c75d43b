// Work that can wait until what is there has been drawn.

/** Runs something when the browser has drawn and has time, and within a second at any rate. @returns what stops it */
export function whenIdle(run: () => void): () => void {
  let stop = () => {};
  const frame = requestAnimationFrame(() => {
    if (typeof requestIdleCallback === "function") {
      const id = requestIdleCallback(run, { timeout: 1_000 });
      stop = () => cancelIdleCallback(id);
    } else {
      // Safari has none.
      const id = setTimeout(run, 100);
      stop = () => clearTimeout(id);
    }
  });
  stop = () => cancelAnimationFrame(frame);
  return () => stop();
}
