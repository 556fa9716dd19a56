import type { CrmRecord } from '../../sync/record.ts';
import { keyColumns } from './shape.ts';
import type { Row } from './wire.ts';

/** What the CRM itself keeps of an event or a task. The account that Salesforce derives for it is not its own. */
export function systemFieldsOf(
  row: Row,
): Pick<CrmRecord, 'ownerId' | 'accountId' | 'createdAtMs' | 'modifiedAtMs' | 'key'> {
  const key = keyColumns.map(column => row[column]).find(value => typeof value === 'string');
  return {
    ownerId: String(row.OwnerId),
    accountId: null,
    createdAtMs: Date.parse(String(row.CreatedDate)),
    modifiedAtMs: Date.parse(String(row.LastModifiedDate)),
    ...(typeof key === 'string' && { key }),
  };
}
