// How components reach the app: by useApp(), and useChat() below what is shown only while somebody is logged in.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { App } from '../app';
import type { Chat } from '../chat/chat';
import type { Me } from '../api/shapes';

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('no AppContext');
  return app;
}

export interface LoggedIn {
  chat: Chat;
  me: Me;
}

export const ChatContext = createContext<LoggedIn | null>(null);

export function useChat(): LoggedIn {
  const loggedIn = useContext(ChatContext);
  if (loggedIn === null) throw new Error('no ChatContext');
  return loggedIn;
}
