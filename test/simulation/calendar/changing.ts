import { CATEGORY } from '../../engine/company.ts';
import { OWNER, type Scene } from '../activities/scene.ts';
import { inWords, type Values } from '../activities/thing.ts';
import { nameOf } from '../activities/view.ts';
import { inCrm, inOutlook, OUTSIDER } from './adding.ts';
import { FIELD_NAMES, TELLING } from './fields.ts';
import { itemIn, mayChange, recordIn } from './finding.ts';
import type { EventItem, Hands } from './hands.ts';

export async function edit(scene: Scene, hands: Hands): Promise<string | null> {
  return scene.act.side === 'mailbox' ? editInOutlook(scene, hands) : editInCrm(scene, hands);
}

async function editInOutlook(scene: Scene, hands: Hands): Promise<string | null> {
  const item = await itemIn(scene, hands);
  if (!item || !mayChange(item)) return null;
  const entered = enteredFor(scene, item);
  await hands.outlook(scene.mailbox).call('PATCH', `/events/${item.id}`, { ...inOutlook(scene, entered) });
  scene.remember(`${scene.user} in Outlook`, entered, TELLING, item);
  notePrivacy(scene, item, entered);
  return `${scene.user} changes ${scene.name} in Outlook: ${inWords(entered)}`;
}

/** An occurrence stays between its neighbours. */
function enteredFor(scene: Scene, { seriesId, values }: EventItem): Values {
  const { span, ...others } = scene.entered(FIELD_NAMES);
  if (span === undefined) return others;
  if (seriesId === null) return { ...others, span };
  const day = values.span?.slice(0, 10) ?? '';
  const minute = String(Number(scene.act.minute)).padStart(2, '0');
  return { ...others, span: `${day}T18:${minute}:00/${day}T19:${minute}:00` };
}

/** What is private is none of the CRM's under `skip` (POL-17). */
function notePrivacy(scene: Scene, item: EventItem, { privacy }: Values): void {
  if (privacy === 'private') scene.takeOut(item, 'private');
}

async function editInCrm(scene: Scene, hands: Hands): Promise<string | null> {
  const record = await recordIn(scene, hands);
  if (!record) return null;
  const entered = scene.entered(FIELD_NAMES);
  await scene.inCrm(record.ownerId, 'PATCH', `/sobjects/Event/${record.id}`, inCrm(entered, record.raw));
  scene.remember(OWNER, entered, TELLING, record);
  if (entered.privacy === 'private') scene.depart(record, 'private');
  return `the owner changes ${scene.name} in the CRM: ${inWords(entered)}`;
}

/** All occurrences of a series at once. */
export async function rewrite(scene: Scene, hands: Hands): Promise<string | null> {
  const item = await itemIn(scene, hands);
  if (!item?.seriesId) return null;
  const { span: _span, privacy: _privacy, ...entered } = scene.entered(FIELD_NAMES);
  const before = (await hands.items(scene.mailbox)).filter(({ seriesId }) => seriesId === item.seriesId);
  await hands
    .outlook(scene.mailbox)
    .call('PATCH', `/events/${item.seriesId}`, { ...inOutlook(scene, entered) });
  for (const occurrence of before) scene.remember(`${scene.user} in Outlook`, entered, TELLING, occurrence);
  return `${scene.user} changes the series ${scene.name} in Outlook: ${inWords(entered)}`;
}

/** The organizer outside has thought better of it. */
export async function reinvite(scene: Scene, hands: Hands): Promise<string | null> {
  const { company, mailbox, name } = scene;
  const item = await itemIn(scene, hands);
  if (!item || item.isOrganizer || !item.hasAttendees || item.isCancelled || !isOlgas(item)) return null;
  const { privacy: _privacy, reminder: _reminder, showAs: _showAs, ...entered } = scene.entered(FIELD_NAMES);
  const message = { organizer: { address: OUTSIDER, name: 'Olga' }, iCalUId: item.raw.iCalUId };
  const isOff = scene.act.isCancelled === true;
  for (const pairing of scene.pairings) {
    const copy = await itemIn(scene, hands, pairing.mailbox);
    if (!copy || copy.raw.iCalUId !== item.raw.iCalUId) continue;
    const change = isOff ? { cancelled: true } : inOutlook(scene, entered);
    await company.graph.control('POST', 'invite', { mailbox: pairing.mailbox, ...message, ...change });
    if (isOff) scene.takeOut(copy, 'cancelled', pairing.mailbox);
  }
  if (isOff) scene.memory.discard(Object.values(item.values));
  else scene.remember('Olga outside', entered, TELLING, item);
  return isOff
    ? `Olga calls off ${name} of ${nameOf(mailbox)}`
    : `Olga changes ${name} of ${nameOf(mailbox)}: ${inWords(entered)}`;
}

function isOlgas({ raw }: EventItem): boolean {
  return JSON.stringify(raw.organizer).includes(OUTSIDER);
}

/** The server writes it anew, with nothing changed. */
export async function touch(scene: Scene, hands: Hands): Promise<string | null> {
  const { company, mailbox, name, user } = scene;
  if (scene.act.side === 'mailbox') {
    const item = await itemIn(scene, hands);
    if (item) await company.graph.control('POST', 'touch', { mailbox, id: item.storedId });
    return item && `the server writes ${name} of ${user} anew`;
  }
  const record = await recordIn(scene, hands);
  if (record) await company.salesforce.control('POST', 'touch', { ids: [record.id] });
  return record && `the CRM writes ${name} anew`;
}

export async function categorize(scene: Scene, hands: Hands): Promise<string | null> {
  const { memory, atMs, user, name, act } = scene;
  const item = await itemIn(scene, hands);
  if (!item) return null;
  const own = item.categories.filter(category => category !== CATEGORY);
  const categories = act.isMarked ? [...own, CATEGORY] : own;
  if (act.isMarked && !item.categories.includes(CATEGORY)) memory.marked.push({ itemId: item.id, atMs });
  await hands.outlook(scene.mailbox).call('PATCH', `/events/${item.id}`, { categories });
  return `${user} ${act.isMarked ? 'gives' : 'takes from'} ${name} the category`;
}
