// Says when there is no live connection, and where it was looked for.
import { useApp } from './context';

export function ConnectionNote() {
  const { state } = useApp();
  const connection = state.connection.value;
  return (
    <div class={`connection ${connection}`} role="status">
      {connection === 'connecting' && 'Connecting…'}
      {connection === 'unreachable' && (
        <>
          <strong>No live connection.</strong> The WebSocket at <code>{state.websocketUrl.value}</code> can’t be reached:
          you can read what was said so far, but new messages don’t arrive. Trying again… If you opened this page through
          an SSH tunnel, forward that port as well.
        </>
      )}
    </div>
  );
}
