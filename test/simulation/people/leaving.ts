import type { PersonRecord } from './hands.ts';
import type { Departure } from './memory.ts';
import { nameOf, type Scene } from './scene.ts';

export async function remove(scene: Scene): Promise<string | null> {
  return scene.act.side === 'mailbox' ? removeInOutlook(scene) : removeInCrm(scene);
}

async function removeInOutlook(scene: Scene): Promise<string | null> {
  const { mailbox, memory, person, atMs } = scene;
  const item = await scene.item();
  if (!item) return null;
  const partner = (await scene.partners(item.id))[0];
  await scene.hands.outlook(mailbox).deleteContact(item.id);
  memory.discard(Object.values(item.values));
  memory.takeOut({
    ...{ mailbox, itemId: item.id, person, how: 'deleted', atMs },
    recordId: partner?.recordId ?? null,
  });
  return `${scene.user} deletes ${person} in Outlook`;
}

async function removeInCrm(scene: Scene): Promise<string | null> {
  const record = await scene.record();
  if (!record) return null;
  await depart(scene, record, 'deleted');
  await scene.inCrm(record.ownerId, 'DELETE', `/sobjects/${record.object}/${record.id}`);
  scene.memory.discard(Object.values(record.values));
  return `the owner deletes ${record.object} ${scene.person} in the CRM`;
}

async function depart(scene: Scene, record: PersonRecord, how: Departure['how']): Promise<void> {
  const partners = await scene.partners(record.id);
  scene.memory.departures.push({
    ...{ person: record.person, recordId: record.id, how, atMs: scene.atMs },
    itemIds: partners.flatMap(({ itemId }) => itemId ?? []),
  });
}

/** The record gets another owner; without one of that number, the administrator. */
export async function give(scene: Scene): Promise<string | null> {
  const record = await scene.record();
  if (!record) return null;
  const heir = scene.pairings[Number(scene.act.to)]?.mailbox ?? null;
  const ownerId = await scene.hands.userId(heir);
  if (ownerId === record.ownerId) return null;
  await depart(scene, record, 'given away');
  await scene.inCrm(record.ownerId, 'PATCH', `/sobjects/${record.object}/${record.id}`, { OwnerId: ownerId });
  scene.memory.owned(record.id, ownerId);
  const name = heir === null ? 'the administrator' : nameOf(heir);
  return `${record.object} ${scene.person} is given to ${name} in the CRM`;
}

/** A lead becomes a contact: the one that its owner has of this person, or a new one. */
export async function convert(scene: Scene): Promise<string | null> {
  const { company, memory } = scene;
  const lead = await scene.record('Lead');
  if (!lead) return null;
  const contacts = await scene.hands.recordsOf(scene.person, 'Contact');
  const known = contacts.find(({ ownerId }) => ownerId === lead.ownerId);
  await depart(scene, lead, 'converted');
  const made = (await company.salesforce.control('POST', 'convert', {
    leadId: lead.id,
    ...(known && { contactId: known.id }),
  })) as { contactId: string };
  memory.madeRecord(made.contactId, lead.ownerId);
  memory.discard(Object.values(lead.values));
  return `lead ${scene.person} is converted in the CRM${known ? ' into the contact that was there' : ''}`;
}

/** One record takes the place of another; what the winner already says of itself stays. */
export async function merge(scene: Scene): Promise<string | null> {
  const loser = await scene.record();
  if (!loser) return null;
  const possible = await scene.hands.recordsOf(String(scene.act.into), loser.object);
  const winner = possible.find(({ id, ownerId }) => id !== loser.id && ownerId === loser.ownerId);
  if (!winner) return null;
  await depart(scene, loser, 'merged');
  await scene.company.salesforce.control('POST', 'merge', {
    object: loser.object,
    masterId: winner.id,
    loserIds: [loser.id],
  });
  scene.memory.discard(Object.values(loser.values));
  return `${loser.object} ${loser.person} is merged into ${winner.person} in the CRM`;
}
