import type { Call } from '../protocol/exchange.ts';

const NAMES = [
  'users',
  'contacts',
  'contactFolders',
  'calendar',
  'calendars',
  'calendarView',
  'events',
  'instances',
  'extensions',
  'mailFolders',
  'childFolders',
  'messages',
  'attachments',
  'outlook',
  'masterCategories',
  'mailboxSettings',
  'supportedTimeZones',
  'todo',
  'lists',
  'tasks',
  'linkedResources',
  'checklistItems',
  'extensions',
];
const NAME_BY_LOWER_CASE = new Map(NAMES.map(name => [name.toLowerCase(), name]));
const WITHOUT_KEY = new Set(['calendar', 'outlook', 'mailboxSettings', 'todo']);

/** The value of @odata.context: the path of the request in key syntax, with what was selected. */
export function contextOf(call: Call, of: 'collection' | 'entity' | 'created' = 'collection'): string {
  const segments = call.path.split('/').filter(part => part !== '');
  if (of === 'entity') {
    const last = segments.pop() ?? '';
    if (last.includes('(')) segments.push(last.slice(0, last.indexOf('(')));
  }
  const selected = call.query.get('$select');
  const selection = selected ? `(${selected})` : '';
  return `${call.serviceRoot}/$metadata#${keySyntax(segments)}${selection}${of === 'collection' ? '' : '/$entity'}`;
}

/** What an action answers is told as an entity of the collection that the action's own entity is in. */
export function besideActed<Of extends Call>(call: Of): Of {
  const segments = call.path.split('/').slice(0, -1);
  const acted = segments.pop() ?? '';
  if (acted.includes('(')) segments.push(acted.slice(0, acted.indexOf('(')));
  return { ...call, path: segments.join('/') };
}

export function entityLocation(call: Call, id: string): string {
  const segments = [...call.path.split('/').filter(part => part !== ''), encodeURIComponent(id)];
  return `${call.serviceRoot}/${keySyntax(segments)}`;
}

/** `users/x/contacts/y` as `users('x')/contacts('y')`. */
export function keySyntax(segments: string[]): string {
  const parts: string[] = [];
  let keyFollows = false;
  for (const segment of segments) {
    if (keyFollows && !segment.includes('(')) {
      parts.push(`${parts.pop()}('${segment}')`);
      keyFollows = false;
      continue;
    }
    const [, name = '', key = ''] = /^([^(]*)(.*)$/s.exec(segment) ?? [];
    const properName = NAME_BY_LOWER_CASE.get(name.toLowerCase()) ?? name;
    parts.push(properName + key);
    keyFollows = key === '' && !WITHOUT_KEY.has(properName);
  }
  return parts.join('/');
}
