import { CATEGORY } from '../../engine/company.ts';
import { heldBy, inColumns } from './adding.ts';
import { type Item, LEADS_CATEGORY, type Values } from './hands.ts';
import { enteredInto, inWords, type Place, type Scene } from './scene.ts';

export async function edit(scene: Scene): Promise<string | null> {
  return scene.act.side === 'mailbox' ? editInOutlook(scene) : editInCrm(scene);
}

async function editInOutlook(scene: Scene): Promise<string | null> {
  const item = await scene.item();
  if (!item) return null;
  const entered = withoutRequired(scene.entered, isLeadItem(item));
  if (Object.keys(entered).length === 0) return null;
  await scene.hands
    .outlook(scene.mailbox)
    .call('PATCH', `/contacts/${item.id}`, { ...enteredInto(item.raw, entered) });
  await scene.rememberOver(`${scene.user} in Outlook`, entered, item);
  return `${scene.user} changes ${scene.person} in Outlook: ${inWords(entered)}`;
}

async function editInCrm(scene: Scene): Promise<string | null> {
  const record = await scene.record();
  if (!record) return null;
  const { object, id } = record;
  const entered = withoutRequired(heldBy(object, scene.entered), object === 'Lead');
  if (Object.keys(entered).length === 0) return null;
  await scene.inCrm(record.ownerId, 'PATCH', `/sobjects/${object}/${id}`, inColumns(object, entered));
  await scene.rememberOver('the owner in the CRM', entered, record);
  return `the owner changes ${object} ${scene.person} in the CRM: ${inWords(entered)}`;
}

/** A lead without a company is nothing that either side saves. */
function withoutRequired(entered: Values, isLead: boolean): Values {
  return Object.fromEntries(
    Object.entries(entered).filter(([field, value]) => !(isLead && field === 'company' && value === null)),
  );
}

function isLeadItem({ categories }: Item): boolean {
  return categories.includes(LEADS_CATEGORY);
}

/** The server writes the item or the record anew, with nothing changed. */
export async function touch(scene: Scene): Promise<string | null> {
  const { company, mailbox, person } = scene;
  if (scene.act.side === 'mailbox') {
    const item = await scene.item();
    if (!item) return null;
    await company.graph.control('POST', 'touch', { mailbox, id: item.id });
    return `the server writes ${person} of ${scene.user} anew`;
  }
  const record = await scene.record();
  if (!record) return null;
  await company.salesforce.control('POST', 'touch', { ids: [record.id] });
  return `the CRM writes ${person} anew`;
}

const MARKS: Readonly<Record<string, readonly string[]>> = {
  none: [],
  contact: [CATEGORY],
  lead: [LEADS_CATEGORY],
};

/** The user gives one of the product's categories, or takes them. */
export async function categorize(scene: Scene): Promise<string | null> {
  const { memory, atMs } = scene;
  const item = scene.isPrepared ? await scene.item() : null;
  if (!item) return null;
  const marks = MARKS[String(scene.act.category)] ?? [];
  const own = item.categories.filter(name => name !== CATEGORY && name !== LEADS_CATEGORY);
  if (marks.some(mark => !item.categories.includes(mark))) memory.marked.push({ itemId: item.id, atMs });
  await scene.hands
    .outlook(scene.mailbox)
    .call('PATCH', `/contacts/${item.id}`, { categories: [...own, ...marks] });
  return `${scene.user} gives ${scene.person} the category ${marks.join() || 'nothing'}`;
}

/** Into another folder, or back. */
export async function move(scene: Scene): Promise<string | null> {
  const { mailbox, company, memory, person, atMs } = scene;
  const item = await scene.item();
  const place = scene.act.to as Place;
  const folder = await scene.folderOf(place);
  if (!item || item.folderId === folder) return null;
  const synced = await scene.folderOf('synced');
  const partner = (await scene.partners(item.id))[0];
  await company.graph.control('POST', 'move', { mailbox, id: item.id, folder });
  if (item.folderId === synced || place === 'private')
    memory.takeOut({
      ...{ mailbox, itemId: item.id, person, how: 'moved', atMs },
      recordId: partner?.recordId ?? null,
    });
  return `${scene.user} moves ${person} to ${place}`;
}
