/** Stands where a text was cut, and says where the rest is. */
export const cutMark = ' [… more in the mailbox]';

/** Texts are cut between words where there is one so near to the end. */
const longestWord = 60;

/** A text that the CRM can hold: one that is too long ends with the mark. */
export function cutTo(text: string, maxLength: number): string {
  if (text.length + lineBreaksIn(text) <= maxLength) return text;
  const space = maxLength - cutMark.length;
  const room = text.slice(0, space - lineBreaksIn(text.slice(0, space))).replace(/[\uD800-\uDBFF]$/, '');
  const betweenWords = room.search(/\s\S*$/);
  const isNear = betweenWords > 0 && room.length - betweenWords <= longestWord;
  return (isNear ? room.slice(0, betweenWords) : room) + cutMark;
}

/** A line break counts twice, as carriage return and line feed (Salesforce Help, Custom Field Types: Text Area). */
function lineBreaksIn(text: string): number {
  return text.split('\n').length - 1;
}

/**
 * A text with the mark in it is not all that its user wrote: it is unknown, so that it can never overwrite the whole in
 * the mailbox, also when something was added to it in the CRM.
 */
export function isCut(text: string): boolean {
  return text.includes(cutMark.trim());
}
