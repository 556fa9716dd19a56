import { z } from 'zod';
import type { Emulated } from '../emulators.ts';
import { request } from './request.ts';

export type Crm = Emulated['salesforce'];
export type Ids = ReadonlyMap<string, string>;

const VERSION = 'v66.0';

const saved = z.array(z.object({ id: z.string().optional(), success: z.boolean(), errors: z.unknown() }));
const found = z.object({ records: z.array(z.looseObject({ Id: z.string() })) });

/** All records of a type in one request that saves all or none; nothing where there are some already. */
export async function createOnce(crm: Crm, type: string, records: readonly object[]): Promise<void> {
  if ((await query(crm, `SELECT Id FROM ${type} LIMIT 1`)).length > 0) return;
  const body = { allOrNone: true, records: records.map(record => ({ attributes: { type }, ...record })) };
  const url = `${crm.instanceUrl}/services/data/${VERSION}/composite/sobjects`;
  const results = saved.parse(await request('POST', url, { token: crm.accessToken, body }));
  const refused = results.find(({ success }) => !success);
  if (refused)
    throw new Error(`The demo company has a ${type} that is refused: ${JSON.stringify(refused.errors)}`);
}

/** The ids of all records of a type, by the text of a field. */
export async function idsBy(crm: Crm, type: string, field: string): Promise<Ids> {
  const records = await query(crm, `SELECT Id, ${field} FROM ${type}`);
  return new Map(records.map(record => [String(record[field]), record.Id]));
}

async function query(crm: Crm, soql: string): Promise<z.infer<typeof found>['records']> {
  const url = `${crm.instanceUrl}/services/data/${VERSION}/query?q=${encodeURIComponent(soql)}`;
  return found.parse(await request('GET', url, { token: crm.accessToken })).records;
}
