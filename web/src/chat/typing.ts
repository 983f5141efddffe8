// Who is writing just now. Nobody says that they have stopped: a sign of life counts for a few seconds.
import { put, type State } from '../state/state';

export const typingInterval = 2_000;
const goodFor = 5_000;

export class Typing {
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly state: State) {}

  sees(conversation: string, person: string): void {
    this.stopTimer(conversation, person);
    this.timers.set(key(conversation, person), setTimeout(() => this.stops(conversation, person), goodFor));
    const others = this.writing(conversation).filter((id) => id !== person);
    put(this.state.typing, conversation, [...others, person]);
  }

  /** Also when their message has arrived. */
  stops(conversation: string, person: string): void {
    this.stopTimer(conversation, person);
    const others = this.writing(conversation).filter((id) => id !== person);
    put(this.state.typing, conversation, others.length === 0 ? undefined : others);
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private writing(conversation: string): readonly string[] {
    return this.state.typing.peek().get(conversation) ?? [];
  }

  private stopTimer(conversation: string, person: string): void {
    clearTimeout(this.timers.get(key(conversation, person)));
    this.timers.delete(key(conversation, person));
  }
}

function key(conversation: string, person: string): string {
  return `${conversation} ${person}`;
}
