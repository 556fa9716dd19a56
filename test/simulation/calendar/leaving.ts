import type { Scene } from '../activities/scene.ts';
import { nameOf } from '../activities/view.ts';
import { meansTheSame } from './fields.ts';
import { itemIn, recordIn } from './finding.ts';
import type { EventItem, Hands } from './hands.ts';

export async function remove(scene: Scene, hands: Hands): Promise<string | null> {
  return scene.act.side === 'mailbox' ? removeInOutlook(scene, hands) : removeInCrm(scene, hands);
}

async function removeInOutlook(scene: Scene, hands: Hands): Promise<string | null> {
  const item = await itemIn(scene, hands);
  if (!item) return null;
  const isWhole = scene.act.isWhole === true && item.seriesId !== null;
  const all = await hands.items(scene.mailbox);
  const gone = isWhole ? all.filter(({ seriesId }) => seriesId === item.seriesId) : [item];
  await callOff(scene, hands, item);
  await hands.outlook(scene.mailbox).call('DELETE', `/events/${isWhole ? item.seriesId : item.id}`);
  for (const one of gone) {
    scene.memory.discard(Object.values(one.values));
    scene.takeOut(one, 'deleted');
  }
  return `${scene.user} deletes ${isWhole ? 'the series ' : ''}${scene.name} in Outlook`;
}

/** Whoever organizes it takes it from the others, too. */
async function callOff(scene: Scene, hands: Hands, item: EventItem): Promise<void> {
  if (!item.isOrganizer || !item.hasAttendees) return;
  for (const { mailbox } of scene.pairings) {
    if (mailbox === scene.mailbox) continue;
    for (const copy of await hands.items(mailbox))
      if (copy.raw.iCalUId === item.raw.iCalUId) scene.takeOut(copy, 'cancelled', mailbox);
  }
}

async function removeInCrm(scene: Scene, hands: Hands): Promise<string | null> {
  const record = await recordIn(scene, hands);
  if (!record) return null;
  scene.depart(record, 'deleted');
  await scene.inCrm(record.ownerId, 'DELETE', `/sobjects/Event/${record.id}`);
  scene.memory.discard(Object.values(record.values));
  return `the owner deletes ${scene.name} in the CRM`;
}

/** The user answers an invitation. */
export async function respond(scene: Scene, hands: Hands): Promise<string | null> {
  const { company, mailbox, user, name, act } = scene;
  const item = await itemIn(scene, hands);
  if (!item || item.isOrganizer || !item.hasAttendees || item.isCancelled) return null;
  const response = String(act.response);
  await company.graph.control('POST', 'respond', { mailbox, id: item.id, response });
  if (response === 'decline') {
    scene.takeOut(item, 'declined');
    scene.takeOut(item, 'deleted');
    await giveUpUnshared(scene, hands, item);
  } else scene.memory.takeBack(item.id);
  return `${user} answers to ${name}: ${response}`;
}

/**
 * Where Exchange takes a declined invitation out of the calendar, what stands neither in the CRM nor with anybody else
 * goes with it: declined ones are not synced (CAL-1).
 */
async function giveUpUnshared(
  { pairings, memory }: Scene,
  hands: Hands,
  { values }: EventItem,
): Promise<void> {
  const items = await Promise.all(pairings.map(({ mailbox }) => hands.items(mailbox)));
  const left = [...items.flat(), ...(await hands.records())];
  for (const [field, value] of Object.entries(values))
    if (!left.some(thing => meansTheSame(field, value, thing.values[field] ?? null))) memory.discard([value]);
}

/** The record gets another owner; without one of that number, the administrator. */
export async function give(scene: Scene, hands: Hands): Promise<string | null> {
  const record = await recordIn(scene, hands);
  const heir = scene.pairings[Number(scene.act.to)]?.mailbox ?? null;
  const ownerId = await hands.administrator.userId(heir);
  if (!record || ownerId === record.ownerId || scene.memory.meetings.has(scene.name)) return null;
  scene.depart(record, 'given away');
  await scene.inCrm(record.ownerId, 'PATCH', `/sobjects/Event/${record.id}`, { OwnerId: ownerId });
  scene.memory.mayHave(record.id, ownerId);
  return `${scene.name} is given to ${heir === null ? 'the administrator' : nameOf(heir)} in the CRM`;
}
