// Where a list of messages stands. It stays at the end while one reads there; further up the messages one sees stay where
// they are, whatever comes in above or below; and it goes to a message that was chosen, once that is there.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { firstVisible, holdInPlace, showRow, type Anchor } from './scroll_anchor';

const nearEnd = 60;
const soon = 400;

interface Shown {
  /** The last row. */
  last: string | undefined;
  /** Its end is the newest message. */
  live: boolean;
  /** The last row is our own and is always looked at. */
  sending: boolean;
  /** The row to go to, once for each value of `of`. */
  aim: { id: string; of: object } | null;
  /** One comes near the first or the last of the rows that are shown. */
  onStart(): void;
  onEnd(): void;
  /** Whether the newest message is in sight; false, too, when the list goes. */
  onNewest(inSight: boolean): void;
}

interface Place {
  last: string | undefined;
  live: boolean;
  atEnd: boolean;
  wantsEnd: boolean;
  reached: object | null;
  anchor: Anchor | null;
}

export function useScrolling({ last, live, sending, aim, onStart, onEnd, onNewest }: Shown) {
  const box = useRef<HTMLDivElement>(null);
  const place = useRef<Place>({ last, live, atEnd: true, wantsEnd: false, reached: null, anchor: null });
  const [hasNew, setHasNew] = useState(false);
  const [isAway, setAway] = useState(false);

  const isAtEnd = (element: HTMLElement): boolean => fromEnd(element) < nearEnd;

  const toEnd = (): void => {
    const element = box.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
    place.current = { ...place.current, atEnd: true, wantsEnd: !live };
    setHasNew(false);
  };

  const lookForMore = (element: HTMLElement): void => {
    if (element.scrollTop < soon) onStart();
    if (fromEnd(element) < soon) onEnd();
  };

  const onScroll = (): void => {
    const element = box.current;
    if (element === null) return;
    const atEnd = isAtEnd(element);
    place.current = { ...place.current, atEnd, anchor: firstVisible(element) };
    setAway(!atEnd);
    onNewest(atEnd && live);
    if (atEnd && live) setHasNew(false);
    lookForMore(element);
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const before = place.current;
    const added = last !== before.last && last !== undefined;
    const aims = aim !== null && aim.of !== before.reached;
    let { atEnd, wantsEnd, reached } = before;
    if (aims && showRow(element, aim.id)) {
      reached = aim.of;
      atEnd = isAtEnd(element);
    } else if (live && (wantsEnd || (before.live && atEnd) || (added && sending))) {
      element.scrollTop = element.scrollHeight;
      [atEnd, wantsEnd] = [true, false];
    } else if (holdInPlace(element, before.anchor)) {
      atEnd = isAtEnd(element);
      if (live && before.live && added && !atEnd) setHasNew(true);
    } else if (live) {
      element.scrollTop = element.scrollHeight;
      atEnd = true;
    }
    place.current = { last, live, atEnd, wantsEnd, reached, anchor: firstVisible(element) };
    setAway(!atEnd);
    onNewest(atEnd && live);
  });

  useEffect(() => () => onNewest(false), []);

  // The box shrinks when the keyboard of a phone comes up or the composer grows.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => {
      if (place.current.atEnd && place.current.live) element.scrollTop = element.scrollHeight;
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  // A page that does not fill the box leaves nothing to scroll.
  useEffect(() => {
    if (box.current !== null) lookForMore(box.current);
  });

  return { box, hasNew, isAway, onScroll, toEnd };
}

function fromEnd(element: HTMLElement): number {
  return element.scrollHeight - element.scrollTop - element.clientHeight;
}
