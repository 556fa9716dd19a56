import { newItem } from '../../db/items.ts';
import { KIND_OF } from '../../sync/modules.ts';
import { shownFields } from '../../sync/people/newcomers.ts';
import { COLLEAGUE, type PretendedCrm, type RecordInCrm, USER, viewUrl } from './crm.ts';
import type { Judge } from './judge.ts';
import type { ItemInMailbox, PretendedMailbox } from './mailbox.ts';
import { CATEGORIES, PAIRING, type Pairing, START_MS } from './pairing.ts';
import type { PersonSpec, Scenario } from './scenario.ts';
import type { Surroundings } from './surroundings.ts';

const MONTH_MS = 30 * 86_400_000;

export interface Stage {
  readonly scenario: Scenario;
  readonly pairing: Pairing;
  readonly mailbox: PretendedMailbox;
  readonly crm: PretendedCrm;
  readonly judge: Judge;
  readonly around: Surroundings;
}

/** Brings the people into the state in which the story finds them. */
export function open(stage: Stage): void {
  for (const [who, spec] of stage.scenario.people.entries()) bringIn(stage, spec, who);
  if (stage.scenario.first) return;
  // All that was heard before today is worked on, but not what nobody has compared yet.
  for (const { mailboxItemId, crmId } of stage.pairing.ledger.items.values()) {
    if (mailboxItemId !== null) stage.mailbox.touched.delete(mailboxItemId);
    if (crmId !== null) stage.crm.touched.delete(crmId);
  }
}

function bringIn(stage: Stage, spec: PersonSpec, who: number): void {
  const { standing } = spec;
  const { first } = stage.scenario;
  const linked = !first && (standing === 'linked' || standing === 'adopted' || standing === 'away');
  const record = standing === 'mailbox' ? null : recordOf(stage, spec, who, linked);
  const item = standing === 'crm' ? null : itemOf(stage, spec, who, linked ? record : null);
  if (linked && record && item) link(stage, spec, record, item);
  else for (const one of [record, item]) if (one) stage.around.authorship.wroteAll(one.id, one.fields);
}

function recordOf({ crm }: Stage, spec: PersonSpec, who: number, linked: boolean): RecordInCrm {
  const kind = KIND_OF[spec.module];
  const account = crm.accounts.find(({ name }) => name === spec.fields.company);
  return crm.put(who, kind, linked ? spec.fields : { ...spec.fields, ...spec.otherwise }, {
    ownerId: spec.ours || linked ? USER : COLLEAGUE,
    accountId: kind === 'contact' ? (account?.id ?? null) : null,
    editable: spec.editable,
    modifiedAtMs: START_MS + (spec.old ? -MONTH_MS : 0),
  });
}

function itemOf(stage: Stage, spec: PersonSpec, who: number, record: RecordInCrm | null): ItemInMailbox {
  const { mailbox, pairing, judge, scenario } = stage;
  const folder = pairing.container;
  if (record) {
    const { fields } = shown(stage, spec, record);
    const container = spec.standing === 'away' ? 'elsewhere' : folder;
    return mailbox.put(
      who,
      fields,
      { container, categories: [CATEGORIES[spec.module]] },
      `${PAIRING}:${record.id}`,
    );
  }
  const categories = spec.marked ? [CATEGORIES[spec.module]] : [];
  const item = mailbox.put(who, spec.fields, { container: spec.old ? 'contacts' : folder, categories });
  if (scenario.first) judge.untouched.add(item.id);
  return item;
}

function shown({ pairing, crm }: Stage, spec: PersonSpec, record: RecordInCrm) {
  const person = crm.seen(record);
  return { person, fields: shownFields(person, pairing.rulesOf(spec.module), viewUrl(person.ref)) };
}

function link(stage: Stage, spec: PersonSpec, record: RecordInCrm, item: ItemInMailbox): void {
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
      containerId: away ? pairing.container : item.container,
      mailboxEtag: seen.etag,
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
