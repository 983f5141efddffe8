// Which of the pages is shown: by the session.
import type { App } from '../app';
import { ChatView } from './chat_view';
import { AppContext, ChatContext } from './context';
import { Welcome } from './welcome';

export function AppView({ app }: { app: App }) {
  return <AppContext.Provider value={app}><Page app={app} /></AppContext.Provider>;
}

function Page({ app }: { app: App }) {
  const session = app.state.session.value;
  const chat = app.chat.value;
  if (session.kind === 'logged_in' && chat !== null) {
    return <ChatContext.Provider value={{ chat, me: session.me }}><ChatView /></ChatContext.Provider>;
  }
  if (session.kind === 'logged_out') return <Welcome notice={session.notice} />;
  return (
    <main class="welcome">
      <h1 class="visually-hidden">Fanfare</h1>
      <p class="hint" role="status">
        {session.kind === 'unreachable' ? 'The server does not answer. Trying again…' : 'One moment…'}
      </p>
    </main>
  );
}
