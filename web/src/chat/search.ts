// Looks for messages while somebody types: asks after a pause in typing, one question at a time, and for more results on
// demand. An answer to what is not looked for any more is dropped.
import type { Api } from '../api/api';
import { asProblem } from '../api/problem';
import type { FoundMessage, FoundPage } from '../api/shapes';
import { meetPeople, noSearch, type SearchState, type State } from '../state/state';

const pauseInTyping = 250;

export class Search {
  private asked = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly state: State, private readonly api: Api) {}

  /** What is typed now, and where to look: in one conversation or with null in all. */
  look(query: string, within: string | null): void {
    this.stop();
    if (wordsOf(query) === '') {
      this.state.search.value = { ...noSearch, query, within };
      return;
    }
    // What was found before stays until the answer is there: it is mostly the same, and nothing jumps.
    this.change({ query, within, loading: true, problem: '' });
    this.timer = setTimeout(() => this.ask(null), pauseInTyping);
  }

  /** The next results, or after a problem the same again. */
  more(): void {
    const { query, loading, next, problem } = this.state.search.peek();
    if (loading || wordsOf(query) === '' || (next === null && problem === '')) return;
    this.change({ loading: true, problem: '' });
    this.ask(next);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.asked.abort();
  }

  private ask(cursor: string | null): void {
    const asked = new AbortController();
    this.asked = asked;
    const { query, within } = this.state.search.peek();
    this.api.searchMessages(wordsOf(query), within, cursor, asked.signal).then(
      (page) => asked.signal.aborted || this.show(page, cursor !== null),
      (thrown) => asked.signal.aborted || this.fail(asProblem(thrown).message, cursor),
    );
  }

  private show({ results, next }: FoundPage, isMore: boolean): void {
    meetPeople(this.state, results.map(({ from }) => from));
    const before = isMore ? (this.state.search.peek().results ?? []) : [];
    this.change({ results: withMore(before, results), next, loading: false });
  }

  private fail(problem: string, cursor: string | null): void {
    this.change({ loading: false, problem, ...(cursor === null && { results: null, next: null }) });
  }

  private change(change: Partial<SearchState>): void {
    this.state.search.value = { ...this.state.search.peek(), ...change };
  }
}

/** Control characters are in no message; they come along when somebody pastes. */
function wordsOf(query: string): string {
  return query.replace(/\p{Cc}/gu, ' ').trim();
}

/** A message that was stored meanwhile can move one to the next page: each is shown once. */
function withMore(held: readonly FoundMessage[], more: readonly FoundMessage[]): FoundMessage[] {
  const known = new Set(held.map(({ id }) => id));
  return [...held, ...more.filter(({ id }) => !known.has(id))];
}
