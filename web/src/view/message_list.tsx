// The messages of a conversation: the newest ones, or an old part of it that somebody looks at. New ones that are out of
// sight are told of, and a button leads to the newest.
import { useState } from 'preact/hooks';
import { messageAt } from '../model/past';
import { comparePositions, type Position } from '../model/position';
import { emptyTimeline } from '../model/timeline';
import { firstUnread } from '../model/unread';
import { useApp, useChat } from './context';
import { MessageRow, OutgoingRow } from './message_row';
import { nameOf } from './names';
import { rowsOf, type Row } from './rows';
import { useScrolling } from './scrolling';

export function MessageList({ conversation }: { conversation: string }) {
  const app = useApp();
  const { state } = app;
  const { chat, me } = useChat();
  const timeline = state.timelines.value.get(conversation) ?? emptyTimeline;
  const past = state.pasts.value.get(conversation);
  const { messages, older } = past ?? timeline;
  const outgoing = past === undefined ? (state.outgoing.value.get(conversation) ?? []) : [];
  const aim = state.aim.value?.conversation === conversation ? state.aim.value : undefined;
  const aimed = aim === undefined ? undefined : messageAt(messages, aim.position);
  const { box, hasNew, isAway, onScroll, toEnd } = useScrolling({
    last: outgoing.at(-1)?.clientId ?? messages.at(-1)?.id,
    live: past === undefined,
    sending: outgoing.length > 0,
    aim: aim !== undefined && aimed !== undefined ? { id: aimed.id, of: aim } : null,
    onStart: () => older !== null && chat.loadOlder(conversation),
    onEnd: () => past !== undefined && past.newer !== null && chat.loadNewer(conversation),
    onNewest: (inSight) => {
      if (inSight) state.atEnd.value = conversation;
      else if (state.atEnd.peek() === conversation) state.atEnd.value = null;
    },
  });
  const toNewest = (): void => {
    toEnd();
    chat.open(conversation);
    app.show(conversation);
  };
  const part = state.unreadPart.value?.conversation === conversation ? state.unreadPart.value : null;
  const unread = part === null ? undefined : firstUnread(messages, older === null, part, me.id);
  const rows = rowsOf(messages, outgoing, me.id, Date.now(), unread);
  const isLoading = past === undefined ? timeline.complete === undefined : past.loading && past.problem === '';
  const isNews = hasNew || past?.hasNews === true;
  return (
    <div class="messages-frame">
      {past !== undefined && past.problem !== '' && <p class="problem banner" role="alert">{past.problem}</p>}
      <div class="messages" ref={box} onScroll={onScroll} tabIndex={0} role="region" aria-label="Messages">
        {isLoading && rows.length === 0 && <p class="hint">Loading…</p>}
        {past === undefined && !isLoading && rows.length === 0 && <p class="hint">No messages yet. Say hello!</p>}
        {older !== null && <p class="hint older">Loading older messages…</p>}
        <ol>{rows.map((row) => <ListedRow key={row.key} row={row} conversation={conversation} aim={aim?.position} />)}</ol>
        {past !== undefined && past.newer !== null && <p class="hint">Loading newer messages…</p>}
      </div>
      {(isNews || past !== undefined || (aim !== undefined && isAway)) && (
        <button type="button" class="new-messages" onClick={toNewest}>
          {isNews ? 'New messages ↓' : 'Back to the newest ↓'}
        </button>
      )}
      <Announcement conversation={conversation} />
    </div>
  );
}

function ListedRow({ row, conversation, aim }: { row: Row; conversation: string; aim: Position | undefined }) {
  if (row.kind === 'day') return <li class="day"><span>{row.text}</span></li>;
  if (row.kind === 'unread') return <li class="unread-from"><span>Unread from here</span></li>;
  if (row.kind === 'message') {
    const isAimed = aim !== undefined && comparePositions(row.message, aim) === 0;
    return <MessageRow message={row.message} first={row.first} isAimed={isAimed} />;
  }
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
