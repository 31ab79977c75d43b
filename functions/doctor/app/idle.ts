// Work that can wait until what is there has been drawn.

/** Safari tells of no idle time: what a piece of work may take there, in ms. */
const PIECE = 5;

/**
 * Runs something when the browser has drawn and has time, and within a second at any rate.
 * @param run is told how many milliseconds are left
 * @returns what stops it
 */
export function whenIdle(run: (timeLeft: () => number) => void): () => void {
  let stop = () => {};
  const frame = requestAnimationFrame(() => {
    if (typeof requestIdleCallback === "function") {
      const id = requestIdleCallback((deadline) => run(() => deadline.timeRemaining()), {
        timeout: 1_000,
      });
      stop = () => cancelIdleCallback(id);
    } else {
      const id = setTimeout(() => {
        const start = performance.now();
        run(() => start + PIECE - performance.now());
      }, 20);
      stop = () => clearTimeout(id);
    }
  });
  stop = () => cancelAnimationFrame(frame);
  return () => stop();
}

/**
 * Does many small things without being in the way: as many as there is time for, then goes on in the next idle time.
 * @param one does one of them, @returns whether there may be more
 * @returns what stops it
 */
export function inPieces(one: () => boolean): () => void {
  let stop = () => {};
  const go = () => {
    stop = whenIdle((timeLeft) => {
      let more = one();
      while (more && timeLeft() > 3) more = one();
      if (more) go();
    });
  };
  go();
  return () => stop();
}
