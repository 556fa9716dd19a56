import type { CrmConnection, CrmSession, CrmUser, CrmWrite, CrmWritten } from '../../connectors/connector.ts';
import type { Participant } from '../../sync/calendar/appointment.ts';
import { participantsOfText, textOfParticipants } from '../../sync/calendar/text-form.ts';
import type { CrmRecord, CrmRef, Fields, RecordKind } from '../../sync/record.ts';
import { connectSalesforce } from '../conformance/salesforce-subject.ts';
import { type EmulatedSalesforce, emulatedSalesforce, emulatedUsers } from '../emulated/salesforce.ts';

/** An org with two users, each as himself, and what happens in it without the connector. */
export interface ActivityOrg {
  readonly salesforce: EmulatedSalesforce;
  readonly crm: CrmConnection;
  readonly ann: CrmUser;
  readonly bob: CrmUser;
  readonly asAnn: CrmSession;
  readonly asBob: CrmSession;
  /** Another connection of the same kind. */
  fresh(): CrmConnection;
  /** Another connection, on which the app's user acts for the others. */
  checked(): CrmConnection;
  /** Makes records; answers their ids. */
  load(...records: readonly object[]): Promise<string[]>;
  set(switches: object): Promise<unknown>;
  fault(...faults: readonly object[]): Promise<unknown>;
  /** How many calls the org counts for it. */
  calls(run: () => Promise<unknown>): Promise<number>;
}

export const span = '2026-05-04T09:00:00[UTC]/2026-05-04T10:00:00[UTC]';
export const times = { StartDateTime: '2026-05-04T09:00:00Z', EndDateTime: '2026-05-04T10:00:00Z' };

export async function activityOrg(): Promise<ActivityOrg> {
  const salesforce = await emulatedSalesforce(false);
  const connect = (by: 'byPrivateKey' | 'byClientSecret') =>
    connectSalesforce(salesforce.settings, salesforce[by], salesforce.hosts);
  const crm = connect('byPrivateKey');
  const users = await crm.usersByEmail(emulatedUsers);
  const [ann, bob] = emulatedUsers.map(address => users.get(address)![0]!);
  return {
    salesforce,
    crm,
    ann: ann!,
    bob: bob!,
    asAnn: await crm.asUser(ann!),
    asBob: await crm.asUser(bob!),
    fresh: () => connect('byPrivateKey'),
    checked: () => connect('byClientSecret'),
    load: async (...records) => {
      const loaded = (await salesforce.control('POST', 'load', { records })) as { records: { Id: string }[] };
      return loaded.records.map(({ Id }) => Id);
    },
    set: switches => salesforce.control('PUT', 'activities', switches),
    fault: (...faults) => salesforce.control('PUT', 'faults', faults),
    calls: async run => {
      const used = crm.budget()!.used;
      await run();
      return crm.budget()!.used - used;
    },
  };
}

let lastKey = 0;
export const create = (kind: RecordKind, fields: Fields): CrmWrite => ({
  op: 'create',
  kind,
  key: `key ${lastKey++}`,
  fields: kind === 'event' ? { subject: 'A', span, ...fields } : { subject: 'A', ...fields },
});

export async function written(session: CrmSession, operation: CrmWrite): Promise<CrmWritten> {
  const [outcome] = await session.write([operation]);
  if (!outcome!.ok) throw outcome!.failure;
  const { value } = outcome!;
  if (value.after === null) throw new Error('a deletion leaves nothing');
  return value;
}

export async function recordOf(session: CrmSession, ref: CrmRef): Promise<CrmRecord> {
  const [result] = await session.read([ref]);
  if (result!.type === 'absent') throw new Error('the record is absent');
  return result!.record;
}

export function guest(address: string, more: Partial<Participant> = {}): Participant {
  return { address, name: null, role: 'required', response: 'none', ...more };
}

export const telling = (...participants: readonly Participant[]): Fields => ({
  participants: textOfParticipants(participants),
});

/** Address and answer of those who take part beside the organizer. */
export function guestsIn({ fields }: CrmRecord): string[] {
  const others = participantsOfText(fields.participants!).filter(({ role }) => role !== 'organizer');
  return others.map(({ address, response }) => `${address} ${response}`);
}
