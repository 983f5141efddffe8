// Small drawings in the colour of the text around them; decoration only, a word stands beside each.
import type { ComponentChildren } from 'preact';

const bell = 'M12 3a6 6 0 0 0-6 6v4.2L4.2 17h15.6L18 13.2V9a6 6 0 0 0-6-6ZM9.8 19.5a2.3 2.3 0 0 0 4.4 0';

function Icon({ children }: { children: ComponentChildren }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.8"
      stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}

export function Bell() {
  return <Icon><path d={bell} /></Icon>;
}

export function CrossedBell() {
  return <Icon><path d={bell} /><path d="M4 3.5 20 20.5" /></Icon>;
}

export function PaperPlane() {
  return <Icon><path d="M21 4 3 11.2l6.2 2.4L18 7.5l-6.6 7.2L11.6 20l3-3.6 3.6 2.6Z" /></Icon>;
}
