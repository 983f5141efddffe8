// Keeps what somebody sees where it is while rows come in above it: the first row in sight is remembered with its place,
// and put there again. Rows are the elements with data-id, in their order.

export interface Anchor {
  id: string;
  /** Below the upper edge of the box, in pixels. */
  offset: number;
}

export function firstVisible(box: HTMLElement): Anchor | null {
  const rows = box.querySelectorAll<HTMLElement>('[data-id]');
  const { top } = box.getBoundingClientRect();
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > top) high = middle;
    else low = middle + 1;
  }
  const row = rows[low];
  if (row === undefined) return null;
  return { id: row.dataset['id'] ?? '', offset: row.getBoundingClientRect().top - top };
}

/** Whether the row is still there. */
export function holdInPlace(box: HTMLElement, anchor: Anchor | null): boolean {
  const row = anchor === null ? null : rowOf(box, anchor.id);
  if (row === null || anchor === null) return false;
  scroll(box, row.getBoundingClientRect().top - box.getBoundingClientRect().top - anchor.offset);
  return true;
}

/** Puts a row into the middle and gives it the focus; whether it is there. */
export function showRow(box: HTMLElement, id: string): boolean {
  const row = rowOf(box, id);
  if (row === null) return false;
  const { top, height } = row.getBoundingClientRect();
  scroll(box, top - box.getBoundingClientRect().top - Math.max(0, (box.clientHeight - height) / 2));
  row.focus({ preventScroll: true });
  return true;
}

function rowOf(box: HTMLElement, id: string): HTMLElement | null {
  return box.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
}

function scroll(box: HTMLElement, by: number): void {
  if (Math.abs(by) >= 1) box.scrollTop += by;
}
