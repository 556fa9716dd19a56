import type { Servers } from './servers.ts';

const DAY_MS = 86_400_000;
const RECORDS_PER_CALL = 1_000;

export type CrmRecord = { readonly attributes: { readonly type: string } } & Readonly<
  Record<string, unknown>
>;

/** Records that are a day old, so that the feed has seen them long ago; answers their ids. */
export async function loadRecords(
  { salesforce }: Servers,
  records: readonly CrmRecord[],
): Promise<readonly string[]> {
  await salesforce.control('PUT', 'clock', { offsetMs: -DAY_MS });
  const ids: string[] = [];
  for (let start = 0; start < records.length; start += RECORDS_PER_CALL) {
    const chunk = records.slice(start, start + RECORDS_PER_CALL);
    const loaded = await salesforce.control<{ records: { Id: string }[] }>('POST', 'load', {
      records: chunk,
    });
    ids.push(...loaded.records.map(({ Id }) => Id));
  }
  await salesforce.control('PUT', 'clock', {});
  return ids;
}
