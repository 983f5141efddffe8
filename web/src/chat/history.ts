// Fills the timelines from the history. Live messages come first and the store follows them, so each refresh reads the
// newest messages twice, a second apart; merging by id makes that safe.
import { Api } from '../api/api';
import { asProblem } from '../api/problem';
import type { MessagePage } from '../api/shapes';
import { fromHistory, type Message } from '../model/message';
import { emptyTimeline, reachesHeld, withNewest, withOlder, type Timeline } from '../model/timeline';
import { meetPeople, put, type State } from '../state/state';
import { pause, retrying } from './retrying';

const secondLook = 1_000;
/** After an interruption longer than this many pages the older messages are loaded again when they are looked at. */
const mostPages = 10;

export class History {
  private readonly refreshes = new Map<string, AbortController>();
  private readonly olderLoads = new Map<string, AbortController>();

  constructor(private readonly state: State, private readonly api: Api) {}

  /** Reads the newest messages, now and once more after a second. A refresh on the way begins anew. */
  refresh(conversation: string): void {
    this.refreshes.get(conversation)?.abort();
    const controller = new AbortController();
    this.refreshes.set(conversation, controller);
    void this.report(conversation, controller.signal, async () => {
      await this.readNewest(conversation, controller.signal);
      await pause(secondLook, controller.signal);
      await this.readNewest(conversation, controller.signal);
    });
  }

  /** Reads the page before the oldest message; does nothing while one is on the way or when there is none. */
  loadOlder(conversation: string): void {
    const older = this.timeline(conversation).older;
    if (older === null || this.olderLoads.has(conversation)) return;
    const controller = new AbortController();
    this.olderLoads.set(conversation, controller);
    void this.report(conversation, controller.signal, async () => {
      const page = await this.read(conversation, older, controller.signal);
      // A refresh after a long interruption may have let go of what this page goes before.
      if (this.timeline(conversation).older !== older) return;
      this.update(conversation, (timeline) => withOlder(timeline, page.messages.map(fromHistory), page.next));
    }).finally(() => this.olderLoads.delete(conversation));
  }

  stop(): void {
    for (const controller of [...this.refreshes.values(), ...this.olderLoads.values()]) controller.abort();
  }

  private async readNewest(conversation: string, signal: AbortSignal): Promise<void> {
    const before = this.timeline(conversation);
    const read: Message[] = [];
    let next: string | null = null;
    for (let pages = 0; pages < mostPages; ++pages) {
      const page = await this.read(conversation, next ?? undefined, signal);
      read.push(...page.messages.map(fromHistory));
      next = page.next;
      if (reachesHeld(before, read, next)) break;
    }
    this.update(conversation, (timeline) => withNewest(timeline, read, next));
  }

  private async read(conversation: string, before: string | undefined, signal: AbortSignal): Promise<MessagePage> {
    const page = await retrying(
      signal,
      (problem) => put(this.state.problems, conversation, problem.message),
      () => this.api.listMessages(conversation, before, signal),
    );
    meetPeople(this.state, page.messages.map((message) => message.from));
    return { ...page, messages: page.messages.filter((message) => message.kind === 'text') };
  }

  private async report(conversation: string, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      put(this.state.problems, conversation, undefined);
    } catch (thrown) {
      if (!signal.aborted) put(this.state.problems, conversation, asProblem(thrown).message);
    }
  }

  private timeline(conversation: string): Timeline {
    return this.state.timelines.peek().get(conversation) ?? emptyTimeline;
  }

  private update(conversation: string, change: (timeline: Timeline) => Timeline): void {
    put(this.state.timelines, conversation, change(this.timeline(conversation)));
  }
}
