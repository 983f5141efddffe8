// For what happens often and need not be told each time.

/** Calls `action` at once, and not again before `interval` milliseconds have passed. */
export function throttle(interval: number, action: () => void, now: () => number = Date.now): () => void {
  let last = -Infinity;
  return () => {
    const time = now();
    if (time - last < interval) return;
    last = time;
    action();
  };
}
