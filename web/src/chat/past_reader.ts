// Reads old parts of conversations: around a message, and on in both directions as somebody scrolls. The timelines and
// what is listened to stay as they are meanwhile; where a past meets its timeline it becomes part of it.
import type { Api } from '../api/api';
import { asProblem } from '../api/problem';
import type { MessagePage, StoredMessage } from '../api/shapes';
import { fromHistory, type Message } from '../model/message';
import { joined, meets, reopened, unreadPast, withAround, withNewerPage, withOlderPage, type Past } from '../model/past';
import { comparePositions, positionText, type Position } from '../model/position';
import { emptyTimeline, type Timeline } from '../model/timeline';
import { meetPeople, put, type State } from '../state/state';
import { retrying } from './retrying';

export class PastReader {
  /** By conversation and direction: one request at a time. */
  private readonly loads = new Map<string, AbortController>();

  constructor(private readonly state: State, private readonly api: Api) {}

  /** Shows the message at a position with what was said around it. */
  visit(conversation: string, position: Position): void {
    this.abort(conversation);
    this.state.aim.value = { conversation, position };
    if (this.holds(conversation, position)) {
      put(this.state.pasts, conversation, undefined);
      return;
    }
    put(this.state.pasts, conversation, unreadPast);
    this.load(conversation, 'around', async (signal) => {
      const page = await this.read(conversation, signal, () =>
        this.api.listMessagesAround(conversation, positionText(position), signal),
      );
      this.update(conversation, (past) => withAround(past, messagesOf(page), page.next, page.previous));
    });
  }

  /** Whether an old part is shown in place of the timeline. */
  shows(conversation: string): boolean {
    return this.state.pasts.peek().has(conversation);
  }

  loadOlder(conversation: string): void {
    const older = this.past(conversation)?.older ?? null;
    if (older === null) return;
    this.load(conversation, 'older', async (signal) => {
      const page = await this.read(conversation, signal, () => this.api.listMessages(conversation, older, signal));
      this.update(conversation, (past) => withOlderPage(past, messagesOf(page), page.next));
    });
  }

  loadNewer(conversation: string): void {
    const newer = this.past(conversation)?.newer ?? null;
    if (newer === null) return;
    this.load(conversation, 'newer', async (signal) => {
      const page = await this.read(conversation, signal, () => this.api.listNewerMessages(conversation, newer, signal));
      if (page.messages.length === 0 && page.next === null) return;
      this.update(conversation, (past) => withNewerPage(past, messagesOf(page), page.next));
    });
  }

  /** Somebody has written: it is not shown, but that is said. */
  hears(conversation: string): void {
    const past = this.past(conversation);
    if (past !== undefined && !past.hasNews) put(this.state.pasts, conversation, { ...past, hasNews: true });
  }

  /** The past becomes part of the timeline where the two meet; called when either has changed. */
  settle(conversation: string): void {
    const past = this.past(conversation);
    const timeline = this.state.timelines.peek().get(conversation) ?? emptyTimeline;
    if (past === undefined || past.loading || timeline.complete === undefined) return;
    if (meets(past, timeline)) {
      put<Timeline>(this.state.timelines, conversation, joined(past, timeline));
      this.drop(conversation);
    } else {
      put(this.state.pasts, conversation, reopened(past));
    }
  }

  /** Back to the newest messages. */
  leave(conversation: string): void {
    if (this.state.aim.peek()?.conversation === conversation) this.state.aim.value = null;
    this.drop(conversation);
  }

  stop(): void {
    for (const controller of this.loads.values()) controller.abort();
    this.loads.clear();
  }

  private holds(conversation: string, position: Position): boolean {
    const timeline = this.state.timelines.peek().get(conversation);
    if (timeline?.complete === undefined) return false;
    return timeline.messages.some((message) => comparePositions(message, position) === 0);
  }

  private load(conversation: string, direction: string, work: (signal: AbortSignal) => Promise<void>): void {
    const key = `${conversation} ${direction}`;
    if (this.loads.has(key)) return;
    const controller = new AbortController();
    this.loads.set(key, controller);
    work(controller.signal)
      .then(() => this.settle(conversation))
      .catch((thrown: unknown) => {
        if (!controller.signal.aborted) this.tell(conversation, asProblem(thrown).message);
      })
      .finally(() => {
        if (this.loads.get(key) === controller) this.loads.delete(key);
      });
  }

  private async read<Page extends MessagePage>(
    conversation: string,
    signal: AbortSignal,
    ask: () => Promise<Page>,
  ): Promise<Page> {
    const page = await retrying(signal, (problem) => this.tell(conversation, problem.message), ask);
    signal.throwIfAborted();
    meetPeople(this.state, page.messages.map(({ from }) => from));
    return page;
  }

  private tell(conversation: string, problem: string): void {
    this.update(conversation, (past) => (past.problem === problem ? past : { ...past, problem }));
  }

  private past(conversation: string): Past | undefined {
    return this.state.pasts.peek().get(conversation);
  }

  private update(conversation: string, change: (past: Past) => Past): void {
    const past = this.past(conversation);
    if (past !== undefined) put(this.state.pasts, conversation, change(past));
  }

  private drop(conversation: string): void {
    this.abort(conversation);
    put(this.state.pasts, conversation, undefined);
  }

  private abort(conversation: string): void {
    for (const direction of ['around', 'older', 'newer']) {
      this.loads.get(`${conversation} ${direction}`)?.abort();
      this.loads.delete(`${conversation} ${direction}`);
    }
  }
}

function messagesOf(page: { messages: readonly StoredMessage[] }): Message[] {
  return page.messages.filter(({ kind }) => kind === 'text').map(fromHistory);
}
