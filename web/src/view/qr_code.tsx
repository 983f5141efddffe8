// A text as a QR code to be photographed from the screen: dark on light with a margin, in dark mode, too.
import { encode } from 'uqr';

const margin = 4;  // ISO/IEC 18004 §6.3.8

export function QrCode({ text, label }: { text: string; label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 0 });
  const side = size + 2 * margin;
  return (
    <svg class="qr" viewBox={`0 0 ${side} ${side}`} shape-rendering="crispEdges" role="img" aria-label={label}>
      <rect width={side} height={side} fill="#fff" />
      <path d={pathOf(data)} fill="#000" />
    </svg>
  );
}

/** A rectangle for each run of dark modules in a row. */
export function pathOf(rows: readonly (readonly boolean[])[]): string {
  let path = '';
  for (const [y, row] of rows.entries()) {
    for (let x = 0; x < row.length; ++x) {
      const first = x;
      while (row[x] === true) ++x;
      if (x > first) path += `M${first + margin} ${y + margin}h${x - first}v1h${first - x}z`;
    }
  }
  return path;
}
