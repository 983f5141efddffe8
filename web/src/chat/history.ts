// Fills the timelines from the history. Its answer is complete up to a position, from which the live messages go on; when
// they can't, it is read once more. What comes twice is merged by id.
import { Api } from '../api/api';
import { asProblem } from '../api/problem';
import type { MessagePage } from '../api/shapes';
import type { Standing } from '../live/live';
import { fromHistory, type Message } from '../model/message';
import { comparePositions, parsePosition, type Position } from '../model/position';
import { emptyTimeline, reachesHeld, withNewest, withOlder, type Timeline } from '../model/timeline';
import { meetPeople, put, type State } from '../state/state';
import { backOff, pause, retrying } from './retrying';

/** After an interruption longer than this many pages the older messages are loaded again when they are looked at. */
const mostPages = 10;

export interface HistoryListener {
  /** The newest messages are there, complete up to `resume`; null: nobody knows up to where. */
  onRead(conversation: string, resume: Position | null): void;
  /** They are not there yet; a temporary problem is tried again. */
  onProblem(conversation: string): void;
}

export class History {
  private readonly refreshes = new Map<string, AbortController>();
  private readonly olderLoads = new Map<string, AbortController>();
  private readonly resumes = new Map<string, Position>();
  /** How often in a row what was missed could not be recovered. */
  private readonly losses = new Map<string, number>();

  constructor(private readonly state: State, private readonly api: Api, private readonly listener: HistoryListener) {}

  /** Reads the newest messages. A refresh on the way begins anew. */
  refresh(conversation: string): void {
    this.begin(conversation, 0);
  }

  /** The live messages of a conversation that is shown begin: reads again if something before them may be missing. */
  subscribed(conversation: string, { recovering, recovered, position }: Standing): void {
    if (recovered) {
      this.losses.delete(conversation);
    } else if (recovering) {
      // All pages have lost it, and all will come.
      const losses = this.losses.get(conversation) ?? 0;
      this.losses.set(conversation, losses + 1);
      this.begin(conversation, backOff(losses));
    } else if (!this.reaches(conversation, position)) {
      this.begin(conversation, 0);
    }
  }

  private begin(conversation: string, delay: number): void {
    this.refreshes.get(conversation)?.abort();
    const controller = new AbortController();
    this.refreshes.set(conversation, controller);
    void this.report(conversation, controller.signal, async () => {
      if (delay > 0) await pause(delay, controller.signal);
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
    let resume: Position | null = null;
    let next: string | null = null;
    for (let pages = 0; pages < mostPages; ++pages) {
      const page = await this.read(conversation, next ?? undefined, signal);
      if (pages === 0) resume = parsePosition(page.resume);
      read.push(...page.messages.map(fromHistory));
      next = page.next;
      if (reachesHeld(before, read, next)) break;
    }
    this.update(conversation, (timeline) => withNewest(timeline, read, next));
    if (resume !== null) this.resumes.set(conversation, resume);
    this.listener.onRead(conversation, resume);
  }

  private async read(conversation: string, before: string | undefined, signal: AbortSignal): Promise<MessagePage> {
    const page = await retrying(
      signal,
      (problem) => this.tell(conversation, problem.message),
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
      if (!signal.aborted) this.tell(conversation, asProblem(thrown).message);
    }
  }

  private tell(conversation: string, problem: string): void {
    put(this.state.problems, conversation, problem);
    this.listener.onProblem(conversation);
  }

  private reaches(conversation: string, position: Position | null): boolean {
    const resume = this.resumes.get(conversation);
    return resume !== undefined && position !== null && comparePositions(position, resume) <= 0;
  }

  private timeline(conversation: string): Timeline {
    return this.state.timelines.peek().get(conversation) ?? emptyTimeline;
  }

  private update(conversation: string, change: (timeline: Timeline) => Timeline): void {
    put(this.state.timelines, conversation, change(this.timeline(conversation)));
  }
}
