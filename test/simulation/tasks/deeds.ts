import { CATEGORY } from '../../engine/company.ts';
import type { Deeds } from '../activities/run.ts';
import { OWNER, type Scene } from '../activities/scene.ts';
import { type CrmThing, inWords, type Values } from '../activities/thing.ts';
import { nameOf } from '../activities/view.ts';
import { FIELD_NAMES, FIELDS, type FieldName, type Json, TELLING } from './fields.ts';
import type { Hands, TaskItem } from './hands.ts';

/** What users do with tasks, by the name of the act. */
export const DEEDS: Deeds<Hands> = {
  add,
  edit,
  touch,
  categorize,
  move,
  delete: remove,
  give,
};

const pathOf = ({ listId, id }: TaskItem) => `/todo/lists/${listId}/tasks/${id}`;

async function itemIn(scene: Scene, hands: Hands): Promise<TaskItem | null> {
  return (await hands.items(scene.mailbox)).find(({ name }) => name === scene.name) ?? null;
}

async function recordIn(scene: Scene, hands: Hands): Promise<CrmThing | null> {
  const listed = (await hands.records()).find(({ name }) => name === scene.name);
  return listed ? hands.opened(listed) : null;
}

/** A new one, on one side or on both. */
async function add(scene: Scene, hands: Hands): Promise<string> {
  const { side } = scene.act;
  const told: string[] = [];
  if (side !== 'crm') told.push(await addInOutlook(scene, hands));
  if (side !== 'mailbox') told.push(await addInCrm(scene, hands));
  return told.join('; ');
}

async function addInOutlook(scene: Scene, hands: Hands): Promise<string> {
  const { mailbox, act, user, name } = scene;
  const isPrivate = act.list === 'private';
  const list = isPrivate ? await hands.privateList(mailbox) : await hands.defaultList(mailbox);
  const entered = scene.entered(FIELD_NAMES);
  const categories = act.isMarked && !isPrivate ? [CATEGORY] : [];
  const body = { ...inTodo(entered), categories };
  const { id } = await hands.outlook(mailbox).call<{ id: string }>('POST', `/todo/lists/${list}/tasks`, body);
  scene.rememberItem(id, categories.length > 0);
  scene.remember(`${user} in To Do`, entered, TELLING, null);
  return `${user} adds ${name} in To Do${isPrivate ? ' (private)' : ''} with ${inWords(entered)}${categories.length > 0 ? ', marked' : ''}`;
}

async function addInCrm(scene: Scene, hands: Hands): Promise<string> {
  const { company, mailbox, act, user, name, memory } = scene;
  const entered = scene.entered(FIELD_NAMES);
  const kind = act.isCall ? { TaskSubtype: 'Call' } : {};
  const { id } = await company
    .crm(mailbox)
    .call<{ id: string }>('POST', '/sobjects/Task', { ...inCrm(entered), ...kind });
  memory.madeRecord(id, await hands.administrator.userId(mailbox));
  scene.remember(`${user} in the CRM`, entered, TELLING, null);
  return `${user} adds ${act.isCall ? 'call' : 'task'} ${name} in the CRM with ${inWords(entered)}`;
}

async function edit(scene: Scene, hands: Hands): Promise<string | null> {
  return scene.act.side === 'mailbox' ? editInOutlook(scene, hands) : editInCrm(scene, hands);
}

async function editInOutlook(scene: Scene, hands: Hands): Promise<string | null> {
  const item = await itemIn(scene, hands);
  if (!item) return null;
  const entered = scene.entered(FIELD_NAMES);
  await hands.outlook(scene.mailbox).call('PATCH', pathOf(item), { ...inTodo(entered) });
  scene.remember(`${scene.user} in To Do`, entered, TELLING, item);
  return `${scene.user} changes ${scene.name} in To Do: ${inWords(entered)}`;
}

async function editInCrm(scene: Scene, hands: Hands): Promise<string | null> {
  const record = await recordIn(scene, hands);
  if (!record) return null;
  const entered = scene.entered(FIELD_NAMES);
  await scene.inCrm(record.ownerId, 'PATCH', `/sobjects/Task/${record.id}`, inCrm(entered));
  scene.remember(OWNER, entered, TELLING, record);
  return `the owner changes ${scene.name} in the CRM: ${inWords(entered)}`;
}

function inTodo(values: Values): Json {
  return Object.assign({}, ...written(values, (field, value) => FIELDS[field].entered(value)));
}

function inCrm(values: Values): Json {
  return Object.assign({}, ...written(values, (field, value) => FIELDS[field].saved(value)));
}

function written(values: Values, write: (field: FieldName, value: string | null) => Json): Json[] {
  return Object.entries(values).map(([field, value]) => write(field as FieldName, value));
}

/** The server writes the task anew, with nothing changed. */
async function touch(scene: Scene, hands: Hands): Promise<string | null> {
  const { company, mailbox, name, user } = scene;
  if (scene.act.side === 'mailbox') {
    const item = await itemIn(scene, hands);
    if (item) await company.graph.control('POST', 'touch', { mailbox, id: item.id });
    return item && `the server writes ${name} of ${user} anew`;
  }
  const record = await recordIn(scene, hands);
  if (record) await company.salesforce.control('POST', 'touch', { ids: [record.id] });
  return record && `the CRM writes ${name} anew`;
}

async function categorize(scene: Scene, hands: Hands): Promise<string | null> {
  const { memory, atMs, user, name, act } = scene;
  const item = await itemIn(scene, hands);
  if (!item) return null;
  const own = item.categories.filter(category => category !== CATEGORY);
  const categories = act.isMarked ? [...own, CATEGORY] : own;
  if (act.isMarked && !item.categories.includes(CATEGORY)) memory.marked.push({ itemId: item.id, atMs });
  await hands.outlook(scene.mailbox).call('PATCH', pathOf(item), { categories });
  return `${user} ${act.isMarked ? 'gives' : 'takes from'} ${name} the category`;
}

/** Into another list, where it gets another id; or back. */
async function move(scene: Scene, hands: Hands): Promise<string | null> {
  const { company, mailbox, memory, user, name } = scene;
  const item = await itemIn(scene, hands);
  if (!item) return null;
  const list = item.isSynced ? await hands.privateList(mailbox) : await hands.defaultList(mailbox);
  const { id } = (await company.graph.control('POST', 'move-task', { mailbox, id: item.id, list })) as {
    id: string;
  };
  if (item.isSynced) scene.takeOut(item, 'moved');
  const isUsers = memory.ownItems.some(own => own.itemId === item.id && !own.wasOurs);
  scene.rememberItem(id, item.categories.includes(CATEGORY), { wasOurs: !isUsers });
  return `${user} moves ${name} ${item.isSynced ? 'out of' : 'into'} the list that is synchronized`;
}

async function remove(scene: Scene, hands: Hands): Promise<string | null> {
  return scene.act.side === 'mailbox' ? removeInOutlook(scene, hands) : removeInCrm(scene, hands);
}

async function removeInOutlook(scene: Scene, hands: Hands): Promise<string | null> {
  const item = await itemIn(scene, hands);
  if (!item) return null;
  await hands.outlook(scene.mailbox).call('DELETE', pathOf(item));
  scene.memory.discard(Object.values(item.values));
  scene.takeOut(item, 'deleted');
  return `${scene.user} deletes ${scene.name} in To Do`;
}

async function removeInCrm(scene: Scene, hands: Hands): Promise<string | null> {
  const record = await recordIn(scene, hands);
  if (!record) return null;
  scene.depart(record, 'deleted');
  await scene.inCrm(record.ownerId, 'DELETE', `/sobjects/Task/${record.id}`);
  scene.memory.discard(Object.values(record.values));
  return `the owner deletes ${scene.name} in the CRM`;
}

/** The record gets another owner; without one of that number, the administrator. */
async function give(scene: Scene, hands: Hands): Promise<string | null> {
  const record = await recordIn(scene, hands);
  const heir = scene.pairings[Number(scene.act.to)]?.mailbox ?? null;
  const ownerId = await hands.administrator.userId(heir);
  if (!record || ownerId === record.ownerId) return null;
  scene.depart(record, 'given away');
  await scene.inCrm(record.ownerId, 'PATCH', `/sobjects/Task/${record.id}`, { OwnerId: ownerId });
  scene.memory.mayHave(record.id, ownerId);
  return `${scene.name} is given to ${heir === null ? 'the administrator' : nameOf(heir)} in the CRM`;
}
