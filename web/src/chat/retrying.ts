// Repeats what failed for a while only: the server restarts, the network comes back.
import { asProblem, type Problem } from '../api/problem';

const firstDelay = 500;
const longestDelay = 8_000;

/** Before try number `tries` + 1: longer each time, up to a bound, and not the same for all pages. */
export function backOff(tries: number): number {
  return Math.min(firstDelay * 2 ** tries, longestDelay) * (0.5 + Math.random() / 2);
}

export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}

/** The first success of `attempt`, or its first Problem that is not temporary. Each temporary one is told. */
export async function retrying<Result>(
  signal: AbortSignal,
  onTemporary: (problem: Problem) => void,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 0; ; ++tries) {
    try {
      return await attempt();
    } catch (thrown) {
      signal.throwIfAborted();
      const problem = asProblem(thrown);
      if (!problem.temporary) throw problem;
      onTemporary(problem);
    }
    await pause(backOff(tries), signal);
  }
}
