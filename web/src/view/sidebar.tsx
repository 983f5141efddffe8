// Who can be talked to and what was said: a search for people, one for messages, one's conversations, and Telegram.
import { useState } from 'preact/hooks';
import { asProblem } from '../api/problem';
import type { Conversation, Person } from '../api/shapes';
import { countText } from '../model/unread';
import { Avatar } from './avatar';
import { useApp, useChat } from './context';
import { Dot } from './dot';
import { CrossedBell } from './icons';
import { MessageSearch } from './message_search';
import { titleOf } from './names';
import { PeopleSearch } from './people_search';
import { RoomDialog } from './room_dialog';
import { TelegramDialog } from './telegram_dialog';
import { TelegramEntry } from './telegram_entry';
import { TelegramNotice } from './telegram_notice';

export function Sidebar() {
  const app = useApp();
  const { chat } = useChat();
  const [dialog, setDialog] = useState<'room' | 'telegram' | null>(null);
  const [problem, setProblem] = useState('');

  const startDirect = async (person: Person): Promise<void> => {
    setProblem('');
    try {
      app.show((await chat.startDirect(person.id)).id);
    } catch (thrown) {
      setProblem(asProblem(thrown).message);
    }
  };

  return (
    <nav class="sidebar" aria-label="Conversations">
      <TelegramNotice onLink={() => setDialog('telegram')} />
      <PeopleSearch id="find-people" label="Find people" onPick={(person) => void startDirect(person)}>
        <MessageSearch>
          <div class="sidebar-heading">
            <h2>Conversations</h2>
            <button type="button" onClick={() => setDialog('room')}>New room</button>
          </div>
          <ConversationList />
        </MessageSearch>
      </PeopleSearch>
      <p class="problem" role="alert">{problem}</p>
      <TelegramEntry onOpen={() => setDialog('telegram')} />
      {dialog === 'room' && <RoomDialog onClose={() => setDialog(null)} />}
      {dialog === 'telegram' && <TelegramDialog onClose={() => setDialog(null)} />}
    </nav>
  );
}

function ConversationList() {
  const { state } = useApp();
  const conversations = state.conversations.value;
  const problem = state.problems.value.get('');
  if (problem !== undefined) return <p class="problem" role="alert">{problem}</p>;
  if (conversations === null) return <p class="hint">Loading…</p>;
  if (conversations.length === 0) {
    return <p class="hint">None yet. Search for somebody above, or make a room for several people.</p>;
  }
  return (
    <ul class="list conversations">
      {conversations.map((conversation) => <Entry key={conversation.id} conversation={conversation} />)}
    </ul>
  );
}

function Entry({ conversation }: { conversation: Conversation }) {
  const { state } = useApp();
  const { me } = useChat();
  const title = titleOf(conversation, me.id);
  const unread = state.unread.value.get(conversation.id) ?? 0;
  const isMuted = state.mutes.value.has(conversation.id);
  const other = conversation.members.find(({ id }) => id !== me.id);
  return (
    <li>
      <a class={`entry ${unread > 0 && !isMuted ? 'has-unread' : ''}`} href={`#/c/${conversation.id}`} aria-current={state.open.value === conversation.id ? 'page' : undefined}>
        <Avatar name={title} of={conversation.kind === 'direct' ? (other?.id ?? me.id) : conversation.id} />
        <span class="entry-text">
          <span class="entry-title" dir="auto">{title}</span>
          <span class="entry-detail">
            {conversation.kind === 'direct' ? `@${other?.username ?? me.username}` : `${conversation.member_count} people`}
          </span>
        </span>
        {conversation.kind === 'direct' && <Dot person={other?.id} />}
        {isMuted && <span class="muted-mark" title="Muted"><CrossedBell /><span class="visually-hidden"> (muted)</span></span>}
        {unread > 0 && (
          <span class={`unread ${isMuted ? 'muted' : ''}`}>
            {countText(unread)}<span class="visually-hidden"> {unread === 1 ? 'new message' : 'new messages'}</span>
          </span>
        )}
      </a>
    </li>
  );
}
