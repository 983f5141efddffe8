// Where one writes: Enter sends, Shift+Enter begins a new line. What was begun is kept for each conversation.
import { useEffect, useRef } from 'preact/hooks';
import { put } from '../state/state';
import { useApp, useChat } from './context';

const longest = 4_000;

export function Composer({ conversation }: { conversation: string }) {
  const app = useApp();
  const { state } = app;
  const { chat } = useChat();
  const area = useRef<HTMLTextAreaElement>(null);
  const text = state.drafts.value.get(conversation) ?? '';
  const length = Array.from(text.trim()).length;
  const tooLong = length > longest;

  useEffect(() => {
    if (state.aim.peek()?.conversation === conversation) return;  // the message that was chosen has the focus
    // On a phone that would bring up the keyboard over the conversation.
    if (matchMedia('(hover: hover)').matches) area.current?.focus();
  }, [conversation]);

  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight + 2}px`;
  }, [text]);

  const send = (): void => {
    if (length === 0 || tooLong) return;
    chat.send(conversation, text.trim());
    app.show(conversation);  // and no old message of it
    put(state.drafts, conversation, undefined);
    area.current?.focus();
  };

  const onInput = (value: string): void => {
    put(state.drafts, conversation, value === '' ? undefined : value);
    if (value !== '') chat.types();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a candidate.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <form class="composer" onSubmit={(event) => (event.preventDefault(), send())}>
      <label class="visually-hidden" for="composer">Message</label>
      <textarea id="composer" ref={area} rows={1} value={text} placeholder="Write a message" dir="auto"
        aria-describedby="composer-hint" aria-invalid={tooLong ? 'true' : undefined}
        onInput={(event) => onInput(event.currentTarget.value)} onKeyDown={onKeyDown} />
      <button class="primary" aria-disabled={length === 0 || tooLong}>Send</button>
      <p id="composer-hint" class={tooLong ? 'problem' : 'visually-hidden'}>
        {tooLong ? `${length - longest} characters too long.` : 'Enter sends, Shift and Enter begin a new line.'}
      </p>
    </form>
  );
}
