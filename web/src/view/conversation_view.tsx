// The conversation that is open: who is in it, what was said, who is writing, and a place to write.
import { useEffect } from 'preact/hooks';
import type { Person } from '../api/shapes';
import { Composer } from './composer';
import { useApp, useChat } from './context';
import { Dot, useOnline } from './dot';
import { MessageList } from './message_list';
import { MuteMenu } from './mute_menu';
import { nameOf, titleOf, writingText } from './names';

export function ConversationView({ conversation }: { conversation: string }) {
  const app = useApp();
  const { chat, me } = useChat();
  const { state } = app;
  const listed = state.conversations.value?.find(({ id }) => id === conversation);
  const problem = state.problems.value.get(conversation);
  const writing = (state.typing.value.get(conversation) ?? []).map((id) => nameOf(state.people.value.get(id)));
  const isRoom = listed?.kind === 'room';

  useEffect(() => {
    if (isRoom) chat.loadMembers(conversation);
  }, [chat, conversation, isRoom]);

  const members = state.members.value.get(conversation) ?? listed?.members ?? [];
  const others = members.filter(({ id }) => id !== me.id);
  const otherIsOnline = useOnline(others[0]?.id);
  return (
    <section class="conversation" aria-labelledby="conversation-title">
      <header>
        <button type="button" class="back" aria-label="Back to the conversations" onClick={() => app.show(null)}>←</button>
        <div>
          <h2 id="conversation-title" dir="auto">{listed === undefined ? 'Conversation' : titleOf(listed, me.id)}</h2>
          {isRoom && <p class="members" dir="auto">You{others.map((person) => <Member key={person.id} person={person} />)}</p>}
          {listed?.kind === 'direct' && (
            <p class="members">
              {otherIsOnline && <span class="dot" />}@{others[0]?.username ?? me.username}{otherIsOnline && ' · online'}
            </p>
          )}
        </div>
        {listed !== undefined && <MuteMenu key={conversation} conversation={conversation} />}
      </header>
      {problem !== undefined && <p class="problem banner" role="alert">{problem}</p>}
      <MessageList key={conversation} conversation={conversation} />
      <p class="writing" dir="auto">{writingText(writing)}</p>
      <Composer conversation={conversation} />
    </section>
  );
}

function Member({ person }: { person: Person }) {
  return <>, <span class="member">{nameOf(person)}<Dot person={person.id} /></span></>;
}
