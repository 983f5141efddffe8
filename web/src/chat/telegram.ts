// One's link with Telegram as the server knows it: asked for at the beginning and whenever something has changed it.
import type { Api } from '../api/api';
import { asProblem } from '../api/problem';
import type { TelegramOffer } from '../api/shapes';
import type { State } from '../state/state';

const retryDelay = 30_000;
const events: ReadonlySet<unknown> = new Set(['telegram_linked', 'telegram_ended']);

export class Telegram {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private questions = 0;
  private stopped = false;

  constructor(private readonly state: State, private readonly api: Api) {}

  /** Asks how things stand; while nobody answers, again later. */
  async load(): Promise<void> {
    clearTimeout(this.timer);
    if (!this.state.hasTelegram.peek() || this.stopped) return;
    const question = ++this.questions;
    try {
      const status = await this.api.telegramStatus();
      if (this.isOpen(question)) this.state.telegram.value = { kind: 'known', status };
    } catch (thrown) {
      if (!this.isOpen(question)) return;
      const problem = asProblem(thrown);
      this.state.telegram.value = { kind: 'unavailable', problem: problem.message };
      if (problem.mayPass) this.timer = setTimeout(() => void this.load(), retryDelay);
    }
  }

  /** Something came in one's own channel. */
  hear(data: unknown): void {
    if (events.has((data as { kind?: unknown } | null)?.kind)) void this.load();
  }

  /** A link to open in Telegram; earlier ones are good no more. */
  offer(): Promise<TelegramOffer> {
    return this.api.linkTelegram();
  }

  async unlink(): Promise<void> {
    await this.api.unlinkTelegram();
    await this.load();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private isOpen(question: number): boolean {
    return question === this.questions && !this.stopped;
  }
}
