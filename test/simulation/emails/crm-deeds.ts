import type { OpenRecord } from './hands.ts';
import { switchPolicy } from './policy.ts';
import type { Scene } from './scene.ts';

const path = ({ object, id }: OpenRecord) => `/sobjects/${object}/${id}`;

export async function addRecord(scene: Scene): Promise<string | null> {
  const { act, mailbox, company } = scene;
  if (await scene.record(String(act.record))) return null;
  const name = `${act.record} v${act.version}`;
  const fields =
    act.object === 'Case'
      ? { Subject: name }
      : { Name: name, StageName: 'Prospecting', CloseDate: '2026-12-31' };
  await company.crm(mailbox).call('POST', `/sobjects/${act.object}`, fields);
  return `${scene.user} adds ${act.object} ${name} in the CRM`;
}

export async function editRecord(scene: Scene): Promise<string | null> {
  const { act } = scene;
  const record = await scene.record(String(act.record));
  if (!record) return null;
  const isCase = record.object === 'Case';
  const fields = isCase ? { Status: 'Working' } : { Amount: Number(act.amount), StageName: 'Qualification' };
  if (!record.isOpen) return null;
  await scene.inCrm(record.ownerId, 'PATCH', path(record), fields);
  return `the owner gives ${record.title} ${JSON.stringify(fields)}`;
}

export async function renameRecord(scene: Scene): Promise<string | null> {
  const { act } = scene;
  const record = await scene.record(String(act.record));
  if (!record) return null;
  const name = `${act.record} v${act.version}`;
  const fields = record.object === 'Case' ? { Subject: name } : { Name: name };
  await scene.inCrm(record.ownerId, 'PATCH', path(record), fields);
  return `the owner renames ${record.title} to ${name}`;
}

export async function closeRecord(scene: Scene): Promise<string | null> {
  const record = await scene.record(String(scene.act.record));
  if (!record?.isOpen) return null;
  const fields = record.object === 'Case' ? { Status: 'Closed' } : { StageName: 'Closed Won' };
  scene.memory.endedRecords.add(record.id);
  await scene.inCrm(record.ownerId, 'PATCH', path(record), fields);
  return `the owner closes ${record.title}`;
}

export async function giveRecord(scene: Scene): Promise<string | null> {
  const record = await scene.record(String(scene.act.record));
  if (!record) return null;
  const heir = scene.pairings[Number(scene.act.to)]?.mailbox ?? null;
  const OwnerId = await scene.hands.administrator.userId(heir);
  if (OwnerId === record.ownerId) return null;
  scene.memory.endedRecords.add(record.id);
  await scene.inCrm(record.ownerId, 'PATCH', path(record), { OwnerId });
  return `${record.title} is given to ${heir ?? 'the administrator'}`;
}

export async function deleteRecord(scene: Scene): Promise<string | null> {
  const record = await scene.record(String(scene.act.record));
  if (!record) return null;
  scene.memory.endedRecords.add(record.id);
  scene.memory.deletedRecords.add(record.id);
  await scene.inCrm(record.ownerId, 'DELETE', path(record));
  return `the owner deletes ${record.title} in the CRM`;
}

/** The product's message about a record. */
export async function deleteSummary(scene: Scene): Promise<string | null> {
  const record = await scene.record(String(scene.act.record));
  const kind = record?.object === 'Case' ? 'cases' : 'opportunities';
  const place = await scene.place(`display:${kind}`);
  const folder = place && (await scene.folder(place.folderId));
  if (!record || !folder) return null;
  const messages = await scene.hands.messages(scene.mailbox, [folder]);
  const found = messages.find(({ subject }) => subject === record.title);
  if (!found) return null;
  await scene.outlook('DELETE', `/messages/${found.id}`);
  return `${scene.user} deletes the summary of ${record.title}`;
}

export async function addPerson(scene: Scene): Promise<string | null> {
  const { act, mailbox, company, memory } = scene;
  const Email = String(act.address);
  const LastName = Email.split('@')[0];
  const made = await company
    .crm(mailbox)
    .call<{ id: string }>('POST', '/sobjects/Contact', { LastName, Email });
  memory.ownPeople.add(made.id);
  return `${scene.user} adds a contact with ${Email} in the CRM`;
}

export async function deletePerson(scene: Scene): Promise<string | null> {
  const address = String(scene.act.address);
  const people = await scene.hands.people();
  const found = people.find(person => person.object === 'Contact' && person.address === address);
  if (!found) return null;
  await scene.hands.administrator.call('DELETE', `/sobjects/Contact/${found.id}`);
  scene.memory.deletedAddresses.add(address);
  return `the administrator deletes the contact with ${address}`;
}

export async function switched(scene: Scene): Promise<string | null> {
  const { what, isOn } = scene.act;
  if (!(await switchPolicy(scene.company, String(what), isOn === true))) return null;
  scene.memory.hasSwitched = true;
  return `the admin switches ${what} ${isOn ? 'on' : 'off'}`;
}
