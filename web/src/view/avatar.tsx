// A coloured disc with an initial; decoration only, the name stands beside it.

const colours = 6;

export function Avatar({ name, of }: { name: string; of: string }) {
  return (
    <span class={`avatar colour-${colourOf(of)}`} aria-hidden="true">
      {Array.from(name)[0]?.toLocaleUpperCase()}
    </span>
  );
}

// The same person has the same colour everywhere.
function colourOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 997;
  return sum % colours;
}
