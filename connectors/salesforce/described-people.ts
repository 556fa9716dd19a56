import type { Participant, Response } from '../../sync/calendar/appointment.ts';
import { cutTo } from './cut.ts';

/**
 * Who takes part in an event and is nobody in the CRM, or organizes it and is not its owner, stands at the end of its
 * description (CAL-5): one line for each, as people read them, between two marks, so that they are read back from there.
 */
const opening = '--- Also taking part, as the mailbox tells ---';
const closing = '---';
const gap = '\n\n';
const more = (count: number) => `… and ${count} more`;
const morePattern = /^… and \d+ more$/;

const wordOf: Readonly<Record<Response, string>> = {
  none: 'no answer',
  accepted: 'accepted',
  declined: 'declined',
  tentative: 'tentative',
};
const responses = Object.keys(wordOf) as Response[];
const roles: readonly Participant['role'][] = ['organizer', 'required', 'optional', 'resource'];
const linePattern = /^(.*?) ?<([^<>\s]+)> \((\w+), ([\w ]+)\)$/;

export interface Description {
  /** Without the list; it may be one that was cut. */
  readonly text: string;
  /** As it stands there, '' without one. */
  readonly list: string;
  /** null: not all of them had room. */
  readonly people: readonly Participant[] | null;
}

export function splitDescription(description: string): Description {
  const whole = description.replaceAll(/\r\n?/g, '\n');
  const at = whole.lastIndexOf(opening);
  if (at < 0) return { text: whole, list: '', people: [] };
  const end = whole.indexOf(`\n${closing}`, at + opening.length);
  const [listEnd, restStart] = end < 0 ? [whole.length, whole.length] : [end, end + closing.length + 1];
  const lines = whole.slice(at + opening.length, listEnd).split('\n');
  const text = [whole.slice(0, at).trimEnd(), whole.slice(restStart).trim()].filter(Boolean).join(gap);
  return {
    text,
    list: whole.slice(at, restStart),
    people: lines.some(line => morePattern.test(line))
      ? null
      : lines.flatMap(line => participantOf(line) ?? []),
  };
}

/** The text is cut to what the list leaves of the room. */
export function joinDescription(text: string | null, list: string, maxLength: number): string | null {
  if (list === '') return text === null || text === '' ? null : cutTo(text, maxLength);
  const room = maxLength - weightOf(list) - weightOf(gap);
  return text === null || text === '' ? list : cutTo(text, room) + gap + list;
}

/** At most half of the room goes to the list. */
export function listOf(people: readonly Participant[], maxLength: number): string {
  if (people.length === 0) return '';
  const lines: string[] = [];
  const whole = (inner: readonly string[]) => [opening, ...inner, closing].join('\n');
  for (const [index, participant] of people.entries()) {
    const next = [...lines, lineOf(participant)];
    const rest = more(people.length - index);
    if (weightOf(whole([...next, rest])) > maxLength / 2) return whole([...lines, rest]);
    lines.push(lineOf(participant));
  }
  return whole(lines);
}

/** A line break counts twice (cut.ts). */
function weightOf(text: string): number {
  return text.length + text.split('\n').length - 1;
}

function lineOf({ name, address, role, response }: Participant): string {
  const shown = name?.replaceAll(/\s+/g, ' ').trim() ?? '';
  return `${shown && `${shown} `}<${address}> (${role}, ${wordOf[response]})`;
}

function participantOf(line: string): Participant | null {
  const [, name = '', address = '', saidRole, saidAnswer] = linePattern.exec(line) ?? [];
  const role = roles.find(known => known === saidRole);
  const response = responses.find(known => wordOf[known] === saidAnswer);
  if (role === undefined || response === undefined) return null;
  return { address: address.toLowerCase(), name: name || null, role, response };
}
