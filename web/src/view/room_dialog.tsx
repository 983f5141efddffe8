// Makes a room: a title and the people in it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, Problem } from '../api/problem';
import type { Person } from '../api/shapes';
import { useApp, useChat } from './context';
import { Field } from './field';
import { nameOf } from './names';
import { PeopleSearch } from './people_search';

export function RoomDialog({ onClose }: { onClose(): void }) {
  const app = useApp();
  const { chat } = useChat();
  const dialog = useRef<HTMLDialogElement>(null);
  const [people, setPeople] = useState<readonly Person[]>([]);
  const [title, setTitle] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  // The browser keeps the focus inside a modal dialog and gives it back afterwards.
  useEffect(() => dialog.current?.showModal(), []);

  const create = async (): Promise<void> => {
    if (busy) return;
    const wrong = whatIsMissing(title.trim(), people);
    if (wrong !== null) return setProblem(wrong);
    setBusy(true);
    try {
      const room = await chat.createRoom(title.trim(), people.map(({ id }) => id));
      dialog.current?.close();
      app.show(room.id);
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };

  return (
    <dialog ref={dialog} class="card" aria-labelledby="room-heading" onClose={onClose}>
      <h2 id="room-heading">New room</h2>
      <Field name="title" label="Title" problem={problem?.fields['title']}
        input={{ value: title, maxLength: 100, autocomplete: 'off', onInput: (event) => setTitle(event.currentTarget.value) }} />
      {people.length > 0 && (
        <ul class="picked" aria-label="People in the room">
          {people.map((person) => (
            <li key={person.id}>
              <span dir="auto">{nameOf(person)}</span>
              <button type="button" aria-label={`Remove ${nameOf(person)}`}
                onClick={() => setPeople(people.filter(({ id }) => id !== person.id))}>×</button>
            </li>
          ))}
        </ul>
      )}
      <PeopleSearch id="room-people" label="Add people" without={people}
        onPick={(person) => setPeople([...people, person])} />
      <p class="problem" role="alert">{problem !== null && (problem.fields['members'] ?? (problem.fields['title'] ? '' : problem.message))}</p>
      <div class="actions">
        <button type="button" onClick={() => dialog.current?.close()}>Cancel</button>
        <button type="button" class="primary" aria-disabled={busy} onClick={() => void create()}>Create room</button>
      </div>
    </dialog>
  );
}

function whatIsMissing(title: string, people: readonly Person[]): Problem | null {
  if (title === '') return new Problem('invalid', '', { title: 'Please give the room a title.' });
  if (people.length === 0) return new Problem('invalid', '', { members: 'Please add somebody.' });
  return null;
}
