// Says that somebody is online: a dot to see and a word to hear. Without a live connection nobody knows, and nothing is
// shown.
import { useApp } from './context';

export function useOnline(person: string | undefined): boolean {
  const { state } = useApp();
  return person !== undefined && state.connection.value === 'connected' && state.online.value.has(person);
}

export function Dot({ person }: { person: string | undefined }) {
  if (!useOnline(person)) return null;
  return <span class="dot" title="Online"><span class="visually-hidden"> (online)</span></span>;
}
