// Tells the server how far one has read: at once, then not again for two seconds, and at the end of them where one is
// then. What could not be told harms nothing; it is told with the next one.
import { asProblem } from '../api/problem';
import { comparePositions, type Position } from '../model/position';

const interval = 2_000;

export class ReadMarks {
  /** Not told yet, or on the way. */
  private readonly waiting = new Map<string, Position>();
  private readonly underWay = new Set<string>();
  private readonly toldAt = new Map<string, number>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private stopped = false;

  constructor(private readonly tell: (conversation: string, position: Position) => Promise<void>) {}

  mark(conversation: string, position: Position): void {
    const before = this.waiting.get(conversation);
    if (before === undefined || comparePositions(before, position) < 0) this.waiting.set(conversation, position);
    this.again();
  }

  /** The server may not know yet how far one has read it. */
  isWaiting(conversation: string): boolean {
    return this.waiting.has(conversation);
  }

  /** Tries what is still to be told. */
  again(): void {
    for (const conversation of this.waiting.keys()) this.schedule(conversation);
  }

  /** Before the page is hidden or closed: nothing waits any longer. */
  hurry(): void {
    for (const conversation of [...this.timers.keys()]) void this.deliver(conversation);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.waiting.clear();
  }

  private schedule(conversation: string): void {
    if (this.stopped || this.timers.has(conversation) || this.underWay.has(conversation)) return;
    const since = Date.now() - (this.toldAt.get(conversation) ?? -Infinity);
    if (since >= interval || since < 0) void this.deliver(conversation);
    else this.timers.set(conversation, setTimeout(() => void this.deliver(conversation), interval - since));
  }

  private async deliver(conversation: string): Promise<void> {
    clearTimeout(this.timers.get(conversation));
    this.timers.delete(conversation);
    const position = this.waiting.get(conversation);
    if (position === undefined || this.underWay.has(conversation)) return;
    this.underWay.add(conversation);
    this.toldAt.set(conversation, Date.now());
    const isDone = await this.tell(conversation, position).then(() => true, (thrown) => !asProblem(thrown).mayPass);
    this.underWay.delete(conversation);
    const isNewest = this.waiting.get(conversation) === position;
    if (isDone && isNewest) this.waiting.delete(conversation);
    else if (!isNewest) this.schedule(conversation);  // one has read on meanwhile
  }
}
