// The page of somebody who is logged in. On a narrow screen it shows either the list or a conversation.
import { useState } from 'preact/hooks';
import { asProblem } from '../api/problem';
import { ConnectionNote } from './connection_note';
import { useApp, useChat } from './context';
import { ConversationView } from './conversation_view';
import { nameOf } from './names';
import { Sidebar } from './sidebar';

export function ChatView() {
  const { state } = useApp();
  const open = state.open.value;
  return (
    <div class={`chat ${open === null ? 'shows-list' : 'shows-conversation'}`}>
      <TopBar />
      <ConnectionNote />
      <main>
        <Sidebar />
        {open === null ? (
          <div class="conversation none"><p class="hint">Choose a conversation, or find somebody to talk to.</p></div>
        ) : (
          <ConversationView conversation={open} />
        )}
      </main>
    </div>
  );
}

function TopBar() {
  const app = useApp();
  const { me } = useChat();
  const [problem, setProblem] = useState('');
  const logOut = (): void => {
    app.logOut().catch((thrown) => setProblem(asProblem(thrown).message));
  };
  return (
    <header class="top">
      <h1 class="brand"><img src="/icon.svg" alt="" width="28" height="28" /> Fanfare</h1>
      <p class="problem" role="alert">{problem}</p>
      <p class="me" dir="auto">{nameOf(me)}</p>
      <button type="button" onClick={logOut}>Log out</button>
    </header>
  );
}
