// Mutes a conversation for a while or for good, and takes it back. A button that opens a few more below it, through which
// the arrow keys go; Escape and leaving them close them.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { asProblem } from '../api/problem';
import { useApp, useChat } from './context';
import { untilText } from './dates';
import { Bell, CrossedBell } from './icons';

const hour = 3_600_000;
const choices = [
  { text: 'For 1 hour', time: hour },
  { text: 'For 8 hours', time: 8 * hour },
  { text: 'Until I turn it on', time: null },
];

export function MuteMenu({ conversation }: { conversation: string }) {
  const { state } = useApp();
  const { chat } = useChat();
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState('');
  const muted = state.mutes.value.get(conversation);
  const until = muted?.until == null ? NaN : Date.parse(muted.until);

  // Before the next key is pressed.
  useLayoutEffect(() => {
    if (isOpen) box.current?.querySelector<HTMLElement>('.choices button')?.focus();
  }, [isOpen]);

  useEffect(() => {
    if (!isOpen) return;
    const onPointerDown = ({ target }: PointerEvent): void => {
      if (box.current?.contains(target as Node) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', onPointerDown);
    return () => document.removeEventListener('pointerdown', onPointerDown);
  }, [isOpen]);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };

  const tryTo = (action: Promise<void>): void => {
    setProblem('');
    close();
    action.catch((thrown) => setProblem(asProblem(thrown).message));
  };

  const mute = (time: number | null): void => {
    tryTo(chat.reading.mute(conversation, time === null ? null : new Date(Date.now() + time).toISOString()));
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOpen || !['Escape', 'ArrowDown', 'ArrowUp'].includes(event.key)) return;
    event.preventDefault();
    if (event.key === 'Escape') return close();
    const stops = [...(box.current?.querySelectorAll<HTMLElement>('.choices button') ?? [])];
    const next = stops.indexOf(document.activeElement as HTMLElement) + (event.key === 'ArrowDown' ? 1 : -1);
    stops[Math.min(Math.max(next, 0), stops.length - 1)]?.focus();
  };

  const onFocusOut = ({ relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof Node && box.current?.contains(relatedTarget) !== true) setOpen(false);
  };

  return (
    <div ref={box} class="mute" onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
      {problem !== '' && <p class="problem" role="alert">{problem}</p>}
      {muted !== undefined && <p class="muted-until">{Number.isFinite(until) ? `Muted until ${untilText(until, Date.now())}` : 'Muted'}</p>}
      {muted === undefined ? (
        <button ref={button} type="button" aria-expanded={isOpen} aria-controls={isOpen ? 'mute-choices' : undefined}
          onClick={() => setOpen(!isOpen)}>
          <Bell /> Mute
        </button>
      ) : (
        <button ref={button} type="button" onClick={() => tryTo(chat.reading.unmute(conversation))}><CrossedBell /> Unmute</button>
      )}
      {isOpen && muted === undefined && (
        <div id="mute-choices" class="choices card" role="group" aria-label="Mute this conversation">
          {choices.map(({ text, time }) => <button key={text} type="button" onClick={() => mute(time)}>{text}</button>)}
        </div>
      )}
    </div>
  );
}
