// Where a message stands in its stream: an epoch (a UUIDv7, later ones are greater) and a number in it.

export interface Position {
  epoch: string;
  sequence: number;
}

/** From `<epoch>-<sequence>`, as the server writes it; null if it is none. */
export function parsePosition(text: string | null | undefined): Position | null {
  const found = /^([0-9a-f-]{36})-(\d{1,16})$/.exec(text ?? '');
  if (found === null) return null;
  const [, epoch = '', digits] = found;
  const sequence = Number(digits);
  return Number.isSafeInteger(sequence) ? { epoch, sequence } : null;
}

/** As the server reads it. */
export function positionText({ epoch, sequence }: Position): string {
  return `${epoch}-${sequence}`;
}

/** Below zero when `a` comes first. */
export function comparePositions(a: Position, b: Position): number {
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1;
  return a.sequence - b.sequence;
}
