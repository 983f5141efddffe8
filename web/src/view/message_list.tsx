// The messages of a conversation. It stays at the end while one reads there; further up it stays where it is, also when
// older messages come in above, and says that there are new ones.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { emptyTimeline } from '../model/timeline';
import { useApp, useChat } from './context';
import { MessageRow, OutgoingRow } from './message_row';
import { nameOf } from './names';
import { rowsOf, type Row } from './rows';

const nearEnd = 60;
const nearStart = 400;

export function MessageList({ conversation }: { conversation: string }) {
  const { state } = useApp();
  const { chat, me } = useChat();
  const timeline = state.timelines.value.get(conversation) ?? emptyTimeline;
  const outgoing = state.outgoing.value.get(conversation) ?? [];
  const { box, hasNew, onScroll, toEnd } = useScrolling(
    timeline.messages[0]?.id,
    outgoing.at(-1)?.clientId ?? timeline.messages.at(-1)?.id,
    outgoing.length > 0,
    () => timeline.older !== null && chat.loadOlder(conversation),
  );
  const rows = rowsOf(timeline.messages, outgoing, me.id, Date.now());
  return (
    <div class="messages-frame">
      <div class="messages" ref={box} onScroll={onScroll} tabIndex={0} role="region" aria-label="Messages">
        {timeline.complete === undefined && rows.length === 0 && <p class="hint">Loading…</p>}
        {timeline.complete !== undefined && rows.length === 0 && <p class="hint">No messages yet. Say hello!</p>}
        {timeline.older !== null && <p class="hint older">Loading older messages…</p>}
        <ol>{rows.map((row) => <ListedRow key={row.key} row={row} conversation={conversation} />)}</ol>
      </div>
      {hasNew && <button type="button" class="new-messages" onClick={toEnd}>New messages ↓</button>}
      <Announcement conversation={conversation} />
    </div>
  );
}

function ListedRow({ row, conversation }: { row: Row; conversation: string }) {
  if (row.kind === 'day') return <li class="day"><span>{row.text}</span></li>;
  if (row.kind === 'message') return <MessageRow message={row.message} first={row.first} />;
  return <OutgoingRow conversation={conversation} message={row.message} first={row.first} />;
}

/** Reads out what others write while the conversation is shown; not what was loaded from the history. */
function Announcement({ conversation }: { conversation: string }) {
  const { state } = useApp();
  const { me } = useChat();
  const newest = state.timelines.value.get(conversation)?.messages.at(-1);
  const [since] = useState(() => Date.now());
  const isNew = newest !== undefined && newest.author !== me.id && newest.time >= since;
  return (
    <p class="visually-hidden" aria-live="polite">
      {isNew && `${nameOf(state.people.value.get(newest.author))}: ${newest.text}`}
    </p>
  );
}

/** `first` and `last` tell which rows are shown; with `sending` the last one is our own and is always looked at. */
function useScrolling(first: string | undefined, last: string | undefined, sending: boolean, onStart: () => void) {
  const box = useRef<HTMLDivElement>(null);
  const place = useRef({ atEnd: true, fromEnd: 0, first, last });
  const [hasNew, setHasNew] = useState(false);

  const toEnd = (): void => {
    const element = box.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
    place.current.atEnd = true;
    setHasNew(false);
  };

  const onScroll = (): void => {
    const element = box.current;
    if (element === null) return;
    const fromEnd = element.scrollHeight - element.scrollTop;
    const atEnd = fromEnd - element.clientHeight < nearEnd;
    place.current = { ...place.current, fromEnd, atEnd };
    if (atEnd) setHasNew(false);
    if (element.scrollTop < nearStart) onStart();
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const before = place.current;
    const added = last !== before.last && last !== undefined;
    if (before.atEnd || (added && sending)) {
      element.scrollTop = element.scrollHeight;
    } else if (first !== before.first) {
      element.scrollTop = element.scrollHeight - before.fromEnd;
    } else if (added) {
      setHasNew(true);
    }
    place.current = { ...place.current, first, last, fromEnd: element.scrollHeight - element.scrollTop };
  });

  // The box shrinks when the keyboard of a phone comes up or the composer grows.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (place.current.atEnd) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // A first page that does not fill the box leaves nothing to scroll.
  useEffect(() => {
    const element = box.current;
    if (element !== null && element.scrollHeight <= element.clientHeight + nearStart) onStart();
  });

  return { box, hasNew, onScroll, toEnd };
}
