// Who is online, as far as it is told: of each conversation that is listened to, those of its members who are there. Asked
// for whenever a channel begins to deliver, so many conversations at a time; from then on the channel says who comes and
// goes. What it says while the answer is on its way is newer than the answer or the same.
import { asProblem } from '../api/problem';
import type { State } from '../state/state';
import { backOff, pause } from './retrying';

const askedAtOnce = 4;

interface Circle {
  online: ReadonlySet<string>;
  /** Who came or went since the open question was asked; undefined: none is open. */
  news?: Map<string, boolean>;
  waits: boolean;
}

export class Presence {
  private readonly circles = new Map<string, Circle>();
  private readonly queue: string[] = [];
  private readonly stopped = new AbortController();
  private asking = 0;

  /** `ask` answers with the ids of those who are online in a conversation. */
  constructor(private readonly state: State, private readonly ask: (conversation: string) => Promise<readonly string[]>) {}

  /** The conversation's channel delivers, perhaps again: what was known of it may be old. */
  subscribed(conversation: string): void {
    const circle = this.circles.get(conversation) ?? { online: new Set<string>(), waits: false };
    this.circles.set(conversation, circle);
    if (circle.waits) return;
    circle.waits = true;
    this.queue.push(conversation);
    void this.askNext();
  }

  joins(conversation: string, person: string): void {
    this.tell(conversation, person, true);
  }

  leaves(conversation: string, person: string): void {
    this.tell(conversation, person, false);
  }

  /** Nothing is heard of the conversation any more. */
  forget(conversation: string): void {
    this.circles.delete(conversation);
    this.show();
  }

  stop(): void {
    this.stopped.abort();
    this.circles.clear();
  }

  private tell(conversation: string, person: string, isOnline: boolean): void {
    const circle = this.circles.get(conversation);
    if (circle === undefined) return;
    circle.news?.set(person, isOnline);
    circle.online = changed(circle.online, [[person, isOnline]]);
    this.show();
  }

  private async askNext(): Promise<void> {
    if (this.asking === askedAtOnce) return;
    const conversation = this.queue.shift();
    if (conversation === undefined) return;
    ++this.asking;
    const again = await this.askFor(conversation);
    --this.asking;
    if (again) void this.askLater(conversation);
    void this.askNext();
  }

  /** Whether it has to be asked again. */
  private async askFor(conversation: string): Promise<boolean> {
    const circle = this.circles.get(conversation);
    if (circle === undefined) return false;
    circle.waits = false;
    const news = new Map<string, boolean>();
    circle.news = news;
    try {
      const online = await this.ask(conversation);
      if (circle.news !== news || this.circles.get(conversation) !== circle) return false;
      delete circle.news;
      circle.online = changed(new Set(online), news);
      this.show();
      return false;
    } catch (thrown) {
      return circle.news === news && asProblem(thrown).mayPass;
    }
  }

  private async askLater(conversation: string): Promise<void> {
    await pause(backOff(3), this.stopped.signal).catch(() => undefined);
    if (!this.stopped.signal.aborted && this.circles.has(conversation)) this.subscribed(conversation);
  }

  private show(): void {
    const online = new Set<string>();
    for (const circle of this.circles.values()) for (const person of circle.online) online.add(person);
    const before = this.state.online.peek();
    if (online.size === before.size && [...online].every((person) => before.has(person))) return;
    this.state.online.value = online;
  }
}

function changed(people: ReadonlySet<string>, news: Iterable<[string, boolean]>): ReadonlySet<string> {
  const result = new Set(people);
  for (const [person, isOnline] of news) {
    if (isOnline) result.add(person);
    else result.delete(person);
  }
  return result;
}
