import { CATEGORY } from '../../engine/company.ts';
import { columnOf, FIELD_NAMES, type Json, type OutlookItem, type PersonObject } from './fields.ts';
import { addressOf, LEADS_CATEGORY, type Values } from './hands.ts';
import { enteredInto, inWords, type Place, type Scene } from './scene.ts';

/** Somebody new, on one side or on both. */
export async function add(scene: Scene): Promise<string | null> {
  const { side } = scene.act;
  const told: string[] = [];
  if (side !== 'crm') told.push(await addInOutlook(scene));
  if (side !== 'mailbox') told.push(await addInCrm(scene));
  return told.join('; ');
}

async function addInOutlook(scene: Scene): Promise<string> {
  const { act, mailbox, person, pairing, isPrepared } = scene;
  const place = isPrepared ? (act.folder as Place) : 'contacts';
  const category = act.isLead ? LEADS_CATEGORY : CATEGORY;
  const categories = act.isMarked && isPrepared && place !== 'private' ? [category] : [];
  const values: Values = { lastName: String(act.lastName), ...scene.entered };
  const address = act.hasAddress ? [{ address: addressOf(person), name: person }] : [];
  const fields = { categories, ...enteredInto({ emailAddresses: address }, values) };
  const body = { emailAddresses: address, ...fields };
  const folder = await scene.folderOf(place);
  const made = await scene.hands
    .outlook(mailbox)
    .call<OutlookItem>('POST', `/contactFolders/${folder}/contacts`, {
      ...body,
    });
  scene.memory.ownItems.push({
    itemId: made.id,
    mailbox,
    person,
    hasAddress: act.hasAddress === true,
    isEarly: pairing.initializedAtMs === null,
    atMs: scene.atMs,
  });
  if (categories.length > 0) scene.memory.marked.push({ itemId: made.id, atMs: scene.atMs });
  scene.remember(`${scene.user} in Outlook`, scene.entered);
  const marks = categories.length > 0 ? ` as ${categories.join()}` : '';
  return `${scene.user} adds ${person} in Outlook (${place})${marks} with ${inWords(values)}`;
}

async function addInCrm(scene: Scene): Promise<string> {
  const { act, mailbox, person } = scene;
  const object: PersonObject = act.isLead ? 'Lead' : 'Contact';
  const values = inColumns(object, { ...scene.entered, lastName: String(act.lastName) });
  const company = object === 'Lead' ? { Company: values.Company ?? `${person} Ltd` } : {};
  const address = act.hasAddress ? { Email: addressOf(person) } : {};
  const { id } = await scene.company
    .crm(mailbox)
    .call<{ id: string }>('POST', `/sobjects/${object}`, { ...values, ...company, ...address });
  scene.memory.madeRecord(id, await scene.hands.userId(mailbox));
  scene.remember(`${scene.user} in the CRM`, heldBy(object, scene.entered));
  return `${scene.user} adds ${object} ${person} in the CRM with ${inWords(heldBy(object, scene.entered))}`;
}

export function inColumns(object: PersonObject, values: Values): Json {
  return Object.fromEntries(
    FIELD_NAMES.flatMap(field => {
      const column = columnOf(field, object);
      return column === null || values[field] === undefined ? [] : [[column, values[field]]];
    }),
  );
}

/** What the CRM has a place for. */
export function heldBy(object: PersonObject, values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([field]) => columnOf(field as never, object) !== null),
  );
}
