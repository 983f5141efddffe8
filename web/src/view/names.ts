// What people and conversations are called on the page.
import type { Conversation, Person } from '../api/shapes';

export function nameOf(person: Person | undefined): string {
  if (person === undefined) return 'Somebody';
  return person.display_name === '' ? person.username : person.display_name;
}

/** The title of a room; of a direct conversation the other one's name. */
export function titleOf(conversation: Conversation, me: string): string {
  if (conversation.kind === 'room') return conversation.title ?? 'Room';
  return nameOf(conversation.members.find(({ id }) => id !== me) ?? conversation.members[0]);
}

/** "Ann is writing…", for one, two or more people. */
export function writingText(names: readonly string[]): string {
  const [first, second] = names;
  if (first === undefined) return '';
  if (second === undefined) return `${first} is writing…`;
  return names.length === 2 ? `${first} and ${second} are writing…` : 'Several people are writing…';
}
