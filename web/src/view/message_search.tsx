// Finds messages while one types. The arrow keys go through what was found, Enter shows a message where it was said, and
// Escape clears the search.
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { FoundMessage } from '../api/shapes';
import type { SearchState } from '../state/state';
import { useApp, useChat } from './context';
import { FoundRow } from './found_row';
import { titleOf } from './names';

const longest = 200;

/** `children` are shown while nothing is looked for. */
export function MessageSearch({ children }: { children: ComponentChildren }) {
  const app = useApp();
  const { chat } = useChat();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const search = app.state.search.value;
  const { query, within, results, next, loading, problem } = search;
  const isSearching = query.trim() !== '';
  const status = statusOf(search);

  const clear = (): void => {
    chat.search.look('', null);
    input.current?.focus();
  };
  const choose = (found: FoundMessage): void => app.showMessage(found.conversation, found);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Escape' && query !== '') {
      clear();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      move(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Enter' && event.target === input.current) {
      const best = loading ? undefined : results?.[0];
      if (best !== undefined) choose(best);
    } else {
      return;
    }
    event.preventDefault();
  };

  /** Through the field and the results below it. */
  const move = (by: number): void => {
    const stops = [input.current, ...(list.current?.querySelectorAll('a') ?? [])];
    stops[stops.indexOf(document.activeElement as HTMLAnchorElement) + by]?.focus();
  };

  return (
    <>
      <div class="field search" role="search" aria-label="Messages">
        <label for="search-messages">Search messages</label>
        <input ref={input} id="search-messages" type="search" value={query} maxLength={longest} autocomplete="off"
          spellcheck={false} placeholder="Words" onKeyDown={onKeyDown}
          onInput={(event) => chat.search.look(event.currentTarget.value, within)} />
        {isSearching && <Scope />}
      </div>
      <p class={isSearching && (results ?? []).length === 0 ? 'hint' : 'visually-hidden'} role="status">{status}</p>
      {problem !== '' && (
        <p class="problem" role="alert">
          {problem} <button type="button" class="link" onClick={() => chat.search.more()}>Try again</button>
        </p>
      )}
      {!isSearching && children}
      {isSearching && results !== null && results.length > 0 && (
        <ul ref={list} class="list found" aria-label="Messages found" aria-busy={loading} onKeyDown={onKeyDown}>
          {results.map((found) => <FoundRow key={found.id} found={found} onChoose={() => choose(found)} />)}
        </ul>
      )}
      {isSearching && next !== null && problem === '' && (
        <button type="button" class="more" aria-disabled={loading} onClick={() => chat.search.more()}>
          {loading ? 'Searching…' : 'More results'}
        </button>
      )}
    </>
  );
}

/** Whether to look only in the conversation that is open. */
function Scope() {
  const { state } = useApp();
  const { chat, me } = useChat();
  const { query, within } = state.search.value;
  const offered = within ?? state.open.value;
  const conversation = state.conversations.value?.find(({ id }) => id === offered);
  if (offered === null || conversation === undefined) return null;
  return (
    <label class="check">
      <input type="checkbox" checked={within !== null}
        onChange={(event) => chat.search.look(query, event.currentTarget.checked ? offered : null)} />
      <span>Only in <bdi>{titleOf(conversation, me.id)}</bdi></span>
    </label>
  );
}

function statusOf({ results, next, loading, problem }: SearchState): string {
  if (results === null) return loading ? 'Searching…' : '';
  if (loading || problem !== '') return '';
  if (results.length === 0) return 'No messages found.';
  if (next !== null) return `${results.length} messages found, and there are more`;
  return results.length === 1 ? '1 message found' : `${results.length} messages found`;
}
