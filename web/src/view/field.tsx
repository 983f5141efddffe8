// A labelled text field; what is wrong with its value stands below it and is read out with it.
import type { InputHTMLAttributes, Ref } from 'preact';

interface Props {
  name: string;
  label: string;
  hint?: string;
  problem?: string | undefined;
  input?: InputHTMLAttributes<HTMLInputElement>;
  inputRef?: Ref<HTMLInputElement>;
}

export function Field({ name, label, hint, problem, input, inputRef = null }: Props) {
  const id = `field-${name}`;
  const described = [hint && `${id}-hint`, problem && `${id}-problem`].filter(Boolean).join(' ');
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...input}
        ref={inputRef}
        id={id}
        name={name}
        aria-invalid={problem ? 'true' : undefined}
        aria-describedby={described || undefined}
      />
      {hint && <p class="hint" id={`${id}-hint`}>{hint}</p>}
      {problem && <p class="problem" id={`${id}-problem`}>{problem}</p>}
    </div>
  );
}
