// Log in or register: one form with two modes. What the server refuses stands at its field, or above the button when it
// belongs to none.
import { useEffect, useRef, useState } from 'preact/hooks';
import { asProblem, Problem } from '../api/problem';
import { useApp } from './context';
import { Field } from './field';

type Mode = 'log_in' | 'register';

const texts = {
  log_in: { title: 'Log in', other: 'New here?', change: 'Register' },
  register: { title: 'Register', other: 'You have an account?', change: 'Log in' },
};

export function Welcome({ notice }: { notice: string }) {
  const { session } = useApp();
  const [mode, setMode] = useState<Mode>('log_in');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const { title, other, change } = texts[mode];

  useEffect(() => {
    const places = ['[aria-invalid]', problem === null ? 'input' : '[name=password]'];
    for (const place of places) {
      const input = form.current?.querySelector<HTMLInputElement>(place);
      if (input) return input.focus();
    }
  }, [mode, problem]);

  const changeMode = (): void => {
    setMode(mode === 'log_in' ? 'register' : 'log_in');
    setProblem(null);
  };

  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    const values = new FormData(form.current ?? undefined);
    const credentials = { username: text(values, 'username').trim(), password: text(values, 'password') };
    const displayName = text(values, 'display_name').trim();
    const missing = missingFields(credentials);
    if (missing !== null) return setProblem(missing);
    setBusy(true);
    try {
      if (mode === 'log_in') await session.logIn(credentials);
      else await session.register(displayName === '' ? credentials : { ...credentials, display_name: displayName });
    } catch (thrown) {
      setProblem(asProblem(thrown));
      setBusy(false);
    }
  };

  const general = problem !== null && Object.keys(problem.fields).length === 0 ? problem.message : '';
  return (
    <main class="welcome">
      <div class="card">
        <p class="brand"><img src="/icon.svg" alt="" width="40" height="40" /> Fanfare</p>
        <h1>{title}</h1>
        {notice !== '' && <p class="notice">{notice}</p>}
        <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
          <Field name="username" label="User name" problem={problem?.fields['username']}
            {...(mode === 'register' && { hint: '3 to 32 letters, digits, dots, dashes or underscores' })}
            input={{ autocomplete: 'username', autocapitalize: 'none', spellcheck: false, maxLength: 64 }} />
          {mode === 'register' && (
            <Field name="display_name" label="Name shown to others (optional)" problem={problem?.fields['display_name']}
              input={{ autocomplete: 'name', maxLength: 64 }} />
          )}
          <Field key={mode} name="password" label="Password" problem={problem?.fields['password']}
            {...(mode === 'register' && { hint: 'At least 8 characters' })}
            input={{
              type: 'password',
              autocomplete: mode === 'log_in' ? 'current-password' : 'new-password',
              maxLength: 256,
            }} />
          <p class="problem" role="alert">{general}</p>
          <button class="primary" aria-disabled={busy}>{busy ? 'One moment…' : title}</button>
        </form>
        <p class="change">{other} <button type="button" class="link" onClick={changeMode}>{change}</button></p>
      </div>
    </main>
  );
}

function text(values: FormData, name: string): string {
  const value = values.get(name);
  return typeof value === 'string' ? value : '';
}

function missingFields(values: Record<string, string>): Problem | null {
  const missing = Object.keys(values).filter((name) => values[name] === '');
  if (missing.length === 0) return null;
  return new Problem('invalid', 'A field is empty.', Object.fromEntries(missing.map((name) => [name, 'Please fill this in.'])));
}
