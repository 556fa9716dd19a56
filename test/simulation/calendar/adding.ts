import { CATEGORY } from '../../engine/company.ts';
import type { Scene } from '../activities/scene.ts';
import { inWords, type Values } from '../activities/thing.ts';
import { nameOf } from '../activities/view.ts';
import {
  enteredElsewhere,
  FIELD_NAMES,
  FIELDS,
  type FieldName,
  isAllDay,
  type Json,
  TELLING,
} from './fields.ts';
import type { Hands } from './hands.ts';

export const OUTSIDER = 'olga@outside.example';

/** A new appointment, on one side or on both. */
export async function add(scene: Scene, hands: Hands): Promise<string> {
  const { side } = scene.act;
  const told: string[] = [];
  if (side !== 'crm') told.push(await addInOutlook(scene, hands));
  if (side !== 'mailbox') told.push(await addInCrm(scene, hands));
  return told.join('; ');
}

async function addInOutlook(scene: Scene, hands: Hands): Promise<string> {
  const { mailbox, user, name } = scene;
  const entered = scene.entered(FIELD_NAMES);
  const categories = scene.act.isMarked ? [CATEGORY] : [];
  const { id } = await hands
    .outlook(mailbox)
    .call<{ id: string }>('POST', '/events', { ...inOutlook(scene, entered), categories });
  scene.rememberItem(id, categories.length > 0);
  scene.remember(`${user} in Outlook`, entered, TELLING, null);
  const mark = categories.length > 0 ? ', marked' : '';
  return `${user} adds ${name} in Outlook with ${inWords(entered)}${mark}`;
}

async function addInCrm(scene: Scene, hands: Hands): Promise<string> {
  const { company, mailbox, user, name, memory } = scene;
  const entered = scene.entered(FIELD_NAMES);
  const { id } = await company
    .crm(mailbox)
    .call<{ id: string }>('POST', '/sobjects/Event', { ...inCrm(entered, {}) });
  memory.madeRecord(id, await hands.administrator.userId(mailbox));
  scene.remember(`${user} in the CRM`, entered, TELLING, null);
  return `${user} adds ${name} in the CRM with ${inWords(entered)}`;
}

/** A series of some days or weeks. */
export async function repeat(scene: Scene, hands: Hands): Promise<string> {
  const { mailbox, user, name, act } = scene;
  const entered = scene.entered(FIELD_NAMES);
  const categories = act.isMarked ? [CATEGORY] : [];
  const startDate = entered.span?.slice(0, 10) ?? '';
  const day = new Date(startDate).toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' });
  const pattern =
    act.rhythm === 'weekly'
      ? { type: 'weekly', interval: 1, daysOfWeek: [day.toLowerCase()], firstDayOfWeek: 'monday' }
      : { type: 'daily', interval: 1 };
  const range = { type: 'numbered', startDate, numberOfOccurrences: act.occurrences };
  const made = await hands.outlook(mailbox).call<{ id: string }>('POST', '/events', {
    ...inOutlook(scene, entered),
    categories,
    recurrence: { pattern, range },
  });
  for (const { id, seriesId } of await hands.items(mailbox))
    if (seriesId === made.id) scene.rememberItem(id, categories.length > 0);
  const { span: _span, ...shared } = entered;
  scene.remember(`${user} in Outlook`, shared, TELLING, null);
  const mark = categories.length > 0 ? ', marked' : '';
  return `${user} adds a series ${name} in Outlook, ${act.rhythm} ${act.occurrences} times, with ${inWords(entered)}${mark}`;
}

/** A meeting with a colleague, or with somebody outside. */
export async function meet(scene: Scene, hands: Hands): Promise<string> {
  const { mailbox, user, name, memory, act } = scene;
  const entered = scene.entered(FIELD_NAMES);
  const others = scene.pairings.map(pairing => pairing.mailbox).filter(other => other !== mailbox);
  const colleagues = act.isOutside ? [] : others;
  const invited = colleagues.length > 0 ? colleagues : [OUTSIDER];
  const categories = act.isMarked ? [CATEGORY] : [];
  const attendees = attendeesOf(invited);
  const { id } = await hands.outlook(mailbox).call<{ id: string }>('POST', '/events', {
    ...inOutlook(scene, entered),
    categories,
    attendees,
  });
  scene.rememberItem(id, categories.length > 0);
  for (const colleague of colleagues) await rememberCopies(scene, hands, colleague);
  memory.meetings.add(name);
  scene.remember(`${user} in Outlook`, entered, TELLING, null);
  const mark = categories.length > 0 ? ', marked' : '';
  return `${user} invites ${invited.map(nameOf).join()} to ${name} in Outlook with ${inWords(entered)}${mark}`;
}

function attendeesOf(addresses: readonly string[]): Json[] {
  return addresses.map(address => ({ emailAddress: { address, name: nameOf(address) }, type: 'required' }));
}

/** Somebody outside invites the users of this act. */
export async function invite(scene: Scene, hands: Hands): Promise<string> {
  const { company, memory, name, act } = scene;
  const entered = scene.entered(FIELD_NAMES);
  const invited = act.everybody ? scene.pairings.map(({ mailbox }) => mailbox) : [scene.mailbox];
  const attendees = attendeesOf(invited);
  let iCalUId: string | undefined;
  for (const mailbox of invited) {
    const invitation = {
      ...{ mailbox, organizer: { address: OUTSIDER, name: 'Olga' } },
      ...inOutlook(scene, entered),
      attendees,
      ...(iCalUId === undefined ? {} : { iCalUId }),
    };
    const made = (await company.graph.control('POST', 'invite', invitation)) as { iCalUId: string };
    iCalUId ??= made.iCalUId;
    await rememberCopies(scene, hands, mailbox, mailbox === invited[0]);
  }
  memory.meetings.add(name);
  scene.remember('Olga outside', entered, TELLING, null);
  return `Olga invites ${invited.map(nameOf).join(' and ')} to ${name} with ${inWords(entered)}`;
}

/** One of all who are invited counts as its source. */
async function rememberCopies(scene: Scene, hands: Hands, mailbox: string, isSource = false): Promise<void> {
  for (const { id, name } of await hands.items(mailbox))
    if (name === scene.name) scene.rememberItem(id, false, { mailbox, isCopy: !isSource });
}

export function inOutlook(scene: Scene, values: Values): Json {
  const { span } = values;
  const elsewhere = scene.act.isElsewhere && span && !isAllDay(span) ? enteredElsewhere(span) : {};
  const written = Object.entries(values).map(([field, value]) => FIELDS[field as FieldName].entered(value));
  return Object.assign({}, ...written, elsewhere);
}

export function inCrm(values: Values, row: Json): Json {
  const written = Object.entries(values).map(([field, value]) =>
    FIELDS[field as FieldName].saved(value, row),
  );
  return Object.assign({}, ...written);
}
