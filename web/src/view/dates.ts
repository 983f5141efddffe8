// Days and times in the words of whoever reads the page.

const timeFormat = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayFormat = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' });
const dayAndYearFormat = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'long', year: 'numeric' });
const shortDayFormat = new Intl.DateTimeFormat('en', { weekday: 'short', day: 'numeric', month: 'short' });
const fullFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

export function timeText(time: number): string {
  return Number.isFinite(time) ? timeFormat.format(time) : '';
}

export function fullTimeText(time: number): string {
  return Number.isFinite(time) ? fullFormat.format(time) : '';
}

/** A time to come: of today by the clock alone. */
export function untilText(time: number, now: number): string {
  return isSameDay(time, now) ? timeText(time) : `${shortDayFormat.format(time)}, ${timeText(time)}`;
}

/** Today, Yesterday, or the date; with its year if that is not this one. */
export function dayText(time: number, now: number): string {
  if (isSameDay(time, now)) return 'Today';
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  if (isSameDay(time, yesterday.getTime())) return 'Yesterday';
  const isThisYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? dayFormat : dayAndYearFormat).format(time);
}

export function isSameDay(a: number, b: number): boolean {
  return new Date(a).toDateString() === new Date(b).toDateString();
}
