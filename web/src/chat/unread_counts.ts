// How many messages of each conversation are unread. The server counts when it is asked; in between what arrives is added.
// An answer may miss what has just arrived, or have counted it already: then the greater number stands. It may not know
// what was read just now: then it is not believed. In both cases the server is asked again after a quiet moment.
import { put, type State } from '../state/state';
import type { UnreadCount } from '../api/shapes';
import { retrying } from './retrying';

const mostAtOnce = 50;
/** Questions of this time go into one. */
const gathering = 200;
/** Later than this a message is in the database, and counted. */
const lag = 2_000;

export interface CountSource {
  ask(conversations: readonly string[]): Promise<readonly UnreadCount[]>;
  /** The server does not know yet how far one has read. */
  isAhead(conversation: string): boolean;
}

export class UnreadCounts {
  private readonly wanted = new Set<string>();
  private readonly heardAt = new Map<string, number>();
  private readonly readAt = new Map<string, number>();
  private readonly stopped = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private later: ReturnType<typeof setTimeout> | undefined;
  private readonly doubtful = new Set<string>();
  private asking = false;

  constructor(private readonly state: State, private readonly source: CountSource) {}

  /** Asks the server, soon. */
  want(conversations: Iterable<string>): void {
    for (const conversation of conversations) this.wanted.add(conversation);
    if (this.wanted.size === 0 || this.asking || this.stopped.signal.aborted) return;
    this.timer ??= setTimeout(() => void this.askAll(), gathering);
  }

  /** Asks soon, and once more when what was said just now has been counted. */
  wantTwice(conversation: string): void {
    this.heardAt.set(conversation, Date.now());
    this.want([conversation]);
  }

  hear(conversation: string): void {
    this.heardAt.set(conversation, Date.now());
    put(this.state.unread, conversation, this.count(conversation) + 1);
  }

  /** One has read it but for so many. */
  read(conversation: string, left: number): void {
    this.readAt.set(conversation, Date.now());
    this.set(conversation, left);
  }

  stop(): void {
    this.stopped.abort();
    clearTimeout(this.timer);
    clearTimeout(this.later);
  }

  private async askAll(): Promise<void> {
    this.timer = undefined;
    this.asking = true;
    try {
      while (this.wanted.size > 0) {
        const all = [...this.wanted];
        this.wanted.clear();
        for (let first = 0; first < all.length; first += mostAtOnce) await this.askFor(all.slice(first, first + mostAtOnce));
      }
    } catch {
      // The numbers stay as they are until something asks again.
    } finally {
      this.asking = false;
      this.want([]);
      this.checkLater();
    }
  }

  private async askFor(conversations: readonly string[]): Promise<void> {
    const ahead = new Set(conversations.filter((id) => this.source.isAhead(id)));
    const { answers, since } = await retrying(this.stopped.signal, () => undefined, async () => {
      const since = Date.now();
      return { since, answers: await this.source.ask(conversations) };
    });
    this.stopped.signal.throwIfAborted();
    for (const { conversation, count } of answers) {
      if (ahead.has(conversation) || this.isRecent(this.readAt, conversation, since)) {
        this.doubtful.add(conversation);
      } else if (this.isRecent(this.heardAt, conversation, since)) {
        this.doubtful.add(conversation);
        this.set(conversation, Math.max(count, this.count(conversation)));
      } else {
        this.set(conversation, count);
      }
    }
  }

  private checkLater(): void {
    if (this.doubtful.size === 0 || this.stopped.signal.aborted) return;
    this.later ??= setTimeout(() => {
      this.later = undefined;
      const quiet = [...this.doubtful].filter((id) => this.isQuiet(id));
      for (const id of quiet) this.doubtful.delete(id);
      this.want(quiet);
      this.checkLater();
    }, lag);
  }

  private isQuiet(conversation: string): boolean {
    const now = Date.now();
    const isBusy = this.isRecent(this.readAt, conversation, now) || this.isRecent(this.heardAt, conversation, now);
    return !isBusy && !this.source.isAhead(conversation);
  }

  private isRecent(times: ReadonlyMap<string, number>, conversation: string, now: number): boolean {
    return (times.get(conversation) ?? -Infinity) > now - lag;
  }

  private count(conversation: string): number {
    return this.state.unread.peek().get(conversation) ?? 0;
  }

  private set(conversation: string, count: number): void {
    put(this.state.unread, conversation, count === 0 ? undefined : count);
  }
}
