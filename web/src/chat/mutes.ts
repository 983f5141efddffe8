// Which conversations one wants to be told nothing of, and until when. What has an end ends by itself.
import type { Mute } from '../api/shapes';
import { put, type State } from '../state/state';

const longestTimer = 2 ** 31 - 1;

export class Mutes {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly state: State) {}

  set(conversation: string, muted: Mute | null): void {
    put(this.state.mutes, conversation, muted === null || endOf(muted) <= Date.now() ? undefined : muted);
    this.wait();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private wait(): void {
    clearTimeout(this.timer);
    const next = Math.min(...[...this.state.mutes.peek().values()].map(endOf));
    if (next === Infinity) return;
    this.timer = setTimeout(() => this.end(), Math.min(Math.max(0, next - Date.now()), longestTimer));
  }

  private end(): void {
    const now = Date.now();
    for (const [conversation, muted] of this.state.mutes.peek()) {
      if (endOf(muted) <= now) put(this.state.mutes, conversation, undefined);
    }
    this.wait();
  }
}

function endOf({ until }: Mute): number {
  const end = until === null ? Infinity : Date.parse(until);
  return Number.isNaN(end) ? Infinity : end;
}
