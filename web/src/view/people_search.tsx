// Finds people by the beginning of their names while one types.
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem } from '../api/problem';
import type { Person } from '../api/shapes';
import { Avatar } from './avatar';
import { useChat } from './context';
import { nameOf } from './names';

const pauseInTyping = 200;

interface Props {
  id: string;
  label: string;
  onPick(person: Person): void;
  /** Already picked: not offered again. */
  without?: readonly Person[];
  /** Shown while nothing is searched for. */
  children?: ComponentChildren;
}

export function PeopleSearch({ id, label, onPick, without = [], children }: Props) {
  const [query, setQuery] = useState('');
  const { found, problem } = usePeople(query.trim());
  const input = useRef<HTMLInputElement>(null);
  const offered = found?.filter((person) => !without.some((picked) => picked.id === person.id));

  const pick = (person: Person): void => {
    setQuery('');
    input.current?.focus();
    onPick(person);
  };

  return (
    <>
      <div class="field search" role="search">
        <label for={id}>{label}</label>
        <input ref={input} id={id} type="search" value={query} maxLength={64} autocomplete="off" spellcheck={false}
          placeholder="Name" onInput={(event) => setQuery(event.currentTarget.value)}
          onKeyDown={(event) => event.key === 'Escape' && query !== '' && (event.preventDefault(), setQuery(''))} />
      </div>
      <p class={offered !== undefined && offered.length === 0 ? 'hint' : 'visually-hidden'} role="status">
        {offered !== undefined && resultText(offered.length)}
      </p>
      {problem !== '' && <p class="problem" role="alert">{problem}</p>}
      {offered === undefined ? children : (
        <ul class="list" aria-label="People found">
          {offered.map((person) => (
            <li key={person.id}>
              <button type="button" class="entry" onClick={() => pick(person)}>
                <Avatar name={nameOf(person)} of={person.id} />
                <span class="entry-text">
                  <span class="entry-title" dir="auto">{nameOf(person)}</span>
                  <span class="entry-detail">@{person.username}</span>
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function resultText(count: number): string {
  if (count === 0) return 'Nobody’s name begins like that.';
  return count === 1 ? '1 person found' : `${count} people found`;
}

/** Undefined while there is nothing to search for or no answer yet. */
function usePeople(query: string): { found: readonly Person[] | undefined; problem: string } {
  const { chat } = useChat();
  const [answer, setAnswer] = useState<{ found?: readonly Person[]; problem: string }>({ problem: '' });
  useEffect(() => {
    if (query === '') return setAnswer({ problem: '' });
    const controller = new AbortController();
    const timer = setTimeout(() => {
      chat.api.findPeople(query, controller.signal).then(
        (found) => setAnswer({ found, problem: '' }),
        (thrown) => controller.signal.aborted || setAnswer({ problem: asProblem(thrown).message }),
      );
    }, pauseInTyping);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [chat, query]);
  return { found: query === '' ? undefined : answer.found, problem: answer.problem };
}
