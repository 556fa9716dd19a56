import { newItem } from '../../db/items.ts';
import { categoryOf } from '../../sync/items/rules.ts';
import { shownOf } from '../../sync/items/shown.ts';
import { isPerson, KIND_OF } from '../../sync/modules.ts';
import { type PretendedCrm, viewUrl } from './crm.ts';
import type { Judge } from './judge.ts';
import type { ItemInMailbox, PretendedMailbox } from './mailbox.ts';
import { meetingOf } from './meeting.ts';
import { PAIRING, type Pairing } from './pairing.ts';
import { COLLEAGUE, type RecordInCrm, USER } from './record.ts';
import { CATEGORIES, START_MS } from './rules.ts';
import type { Scenario, ThingSpec } from './scenario.ts';
import type { Surroundings } from './surroundings.ts';

const MONTH_MS = 30 * 86_400_000;
const ATTENDEES = [{ name: 'Ann Sample', address: 'ann@fabrikam.example', account: 'Fabrikam' }];

export interface Stage {
  readonly scenario: Scenario;
  readonly pairing: Pairing;
  readonly mailbox: PretendedMailbox;
  readonly crm: PretendedCrm;
  readonly judge: Judge;
  readonly around: Surroundings;
}

/** Brings everything into the state in which the story finds them. */
export function open(stage: Stage): void {
  for (const [who, spec] of stage.scenario.things.entries()) bringIn(stage, spec, who);
  if (stage.scenario.first) return;
  // All that was heard before today is worked on, but not what nobody has compared yet.
  for (const { mailboxItemId, crmId } of stage.pairing.ledger.items.values()) {
    if (mailboxItemId !== null) stage.mailbox.touched.delete(mailboxItemId);
    if (crmId !== null) stage.crm.touched.delete(crmId);
  }
}

function bringIn(stage: Stage, spec: ThingSpec, who: number): void {
  const { standing } = spec;
  const { first } = stage.scenario;
  const linked = !first && (standing === 'linked' || standing === 'adopted' || standing === 'away');
  const record = standing === 'mailbox' ? null : recordOf(stage, spec, who, linked);
  const item = standing === 'crm' ? null : itemOf(stage, spec, who, linked ? record : null);
  if (linked && record && item) link(stage, spec, record, item);
  else for (const one of [record, item]) if (one) stage.around.authorship.wroteAll(one.id, one.fields);
}

function recordOf({ crm }: Stage, spec: ThingSpec, who: number, linked: boolean): RecordInCrm {
  const kind = KIND_OF[spec.module];
  const account = crm.accounts.find(({ name }) => name === spec.fields.company);
  const led = spec.meeting === 'led';
  return crm.put(who, kind, linked ? spec.fields : { ...spec.fields, ...spec.otherwise }, {
    ownerId: (spec.ours || linked) && !led ? USER : COLLEAGUE,
    invited: led,
    led,
    attendees: spec.meeting === 'alone' ? [] : ATTENDEES,
    accountId: kind === 'contact' ? (account?.id ?? null) : null,
    editable: spec.editable,
    modifiedAtMs: START_MS + (spec.old ? -MONTH_MS : 0),
  });
}

function itemOf(stage: Stage, spec: ThingSpec, who: number, record: RecordInCrm | null): ItemInMailbox {
  const { mailbox, pairing, judge, scenario } = stage;
  const folder = pairing.containerOf(spec.module);
  const meeting = isPerson(spec.module) ? undefined : meetingOf(spec.meeting, who);
  const ours = [categoryOf({ module: spec.module, categories: CATEGORIES })];
  if (record) {
    const { fields } = shown(stage, spec, record);
    const container = spec.standing === 'away' && isPerson(spec.module) ? 'elsewhere' : folder;
    return mailbox.put(who, fields, { container, categories: ours, meeting }, `${PAIRING}:${record.id}`);
  }
  const item = mailbox.put(who, spec.fields, {
    container: spec.old && isPerson(spec.module) ? 'contacts' : folder,
    categories: spec.marked ? ours : [],
    meeting,
  });
  if (scenario.first) judge.untouched.add(item.id);
  return item;
}

function shown({ pairing, crm }: Stage, spec: ThingSpec, record: RecordInCrm) {
  const person = crm.seen(record);
  const meeting = spec.module === 'appointments' ? meetingOf(spec.meeting, record.who) : null;
  const fields = shownOf(person, pairing.rulesOf(spec.module), viewUrl(person.ref), { meeting });
  return { person, fields };
}

function link(stage: Stage, spec: ThingSpec, record: RecordInCrm, item: ItemInMailbox): void {
  const { mailbox, pairing } = stage;
  const seen = mailbox.seen(item);
  const { person, fields } = shown(stage, spec, record);
  const away = spec.standing === 'away';
  pairing.ledger.save(
    newItem(pairing.newId, {
      module: spec.module,
      state: away ? 'excluded' : 'in_sync',
      link: away ? 'away' : 'linked',
      code: away ? 'user_moved' : null,
      mailboxItemId: item.id,
      containerId: away ? pairing.containerOf(spec.module) : item.container,
      mailboxEtag: seen.etag,
      meeting: seen.meeting ?? null,
      crmKind: KIND_OF[spec.module],
      crmId: record.id,
      crmParentId: person.accountId,
      crmModifiedAtMs: person.modifiedAtMs,
      adopted: spec.standing === 'adopted',
      mailboxBase: { fields: seen.fields, categories: seen.categories },
      crmBase: fields,
    }),
  );
}
