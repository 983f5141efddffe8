// Sends what people write, in the order they wrote it: one message of a conversation at a time. A message keeps its client
// id however often it is tried, so it arrives once. After some time without success it waits for its writer's word.
import { asProblem } from '../api/problem';
import type { SentMessage } from '../api/shapes';
import { fromSent, type Message } from '../model/message';
import { randomId } from '../model/random_id';
import { put, type Outgoing, type State } from '../state/state';
import { pause } from './retrying';

export type SendText = (conversation: string, clientId: string, text: string) => Promise<SentMessage>;

const patience = 20_000;
const delay = 1_000;

export class Outbox {
  private readonly sending = new Set<string>();
  private readonly stopped = new AbortController();

  constructor(
    private readonly state: State,
    private readonly author: string,
    private readonly sendText: SendText,
    private readonly onSent: (conversation: string, message: Message) => void,
  ) {}

  add(conversation: string, text: string): void {
    const message: Outgoing = { clientId: randomId(), text, time: Date.now(), problem: '' };
    this.set(conversation, [...this.waiting(conversation), message]);
    void this.work(conversation);
  }

  /** Tries everything of this conversation that failed once more, in order. */
  retry(conversation: string): void {
    this.set(conversation, this.waiting(conversation).map((message) => ({ ...message, problem: '' })));
    void this.work(conversation);
  }

  discard(conversation: string, clientId: string): void {
    this.set(conversation, this.waiting(conversation).filter((message) => message.clientId !== clientId));
  }

  /** A message of our own has come back as a publication or in the history. */
  settle(conversation: string, clientId: string): void {
    if (this.waiting(conversation).some((message) => message.clientId === clientId)) this.discard(conversation, clientId);
  }

  stop(): void {
    this.stopped.abort();
  }

  private async work(conversation: string): Promise<void> {
    if (this.sending.has(conversation)) return;
    this.sending.add(conversation);
    try {
      for (;;) {
        const message = this.waiting(conversation).find(({ problem }) => problem === '');
        if (message === undefined) return;
        await this.deliver(conversation, message);
      }
    } catch (thrown) {
      if (!this.stopped.signal.aborted) throw thrown;
    } finally {
      this.sending.delete(conversation);
    }
  }

  private async deliver(conversation: string, message: Outgoing): Promise<void> {
    const deadline = Date.now() + patience;
    while (this.waiting(conversation).some(({ clientId }) => clientId === message.clientId)) {
      try {
        const sent = await this.sendText(conversation, message.clientId, message.text);
        this.stopped.signal.throwIfAborted();
        this.settle(conversation, message.clientId);
        this.onSent(conversation, fromSent(sent, this.author, message.text, message.time));
        return;
      } catch (thrown) {
        this.stopped.signal.throwIfAborted();
        const problem = asProblem(thrown);
        if (!problem.temporary) return this.fail(conversation, problem.message, ({ clientId }) => clientId === message.clientId);
        // What was written after it must not overtake it.
        if (Date.now() >= deadline) return this.fail(conversation, problem.message, () => true);
        await pause(delay, this.stopped.signal);
      }
    }
  }

  private fail(conversation: string, problem: string, which: (message: Outgoing) => boolean): void {
    this.set(conversation, this.waiting(conversation).map((message) => (which(message) ? { ...message, problem } : message)));
  }

  private waiting(conversation: string): readonly Outgoing[] {
    return this.state.outgoing.peek().get(conversation) ?? [];
  }

  private set(conversation: string, messages: readonly Outgoing[]): void {
    put(this.state.outgoing, conversation, messages.length === 0 ? undefined : messages);
  }
}
