// Where a message stands in its stream: an epoch (a UUIDv7, later ones are greater) and a number in it.

export interface Position {
  epoch: string;
  sequence: number;
}

/** Below zero when `a` comes first. */
export function comparePositions(a: Position, b: Position): number {
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1;
  return a.sequence - b.sequence;
}
