import { SyncFailure } from '../../sync/failure.ts';
import type { EmailFile, HeldFile } from '../archive.ts';
import type { Outcome } from '../connector.ts';
import { allRows } from './all-rows.ts';
import { groupsWithin, inGroups } from './inserts.ts';
import { chunks, list } from './soql.ts';
import type { SalesforceWire, SubAnswer } from './wire.ts';

/** Contents in base64, of which Salesforce takes 50 MB in one request (REST guide, Insert or Update Blob Data). */
export const maxFileBytes = 37 * 1024 * 1024;

const filesPerCall = 25;
/** Small ones travel together, a larger one alone. */
const charactersPerCall = 4_000_000;
const idsPerQuery = 200;
const longestTitle = 255;

export async function filesOfEmails(
  wire: SalesforceWire,
  emailIds: readonly string[],
): Promise<Map<string, HeldFile[]>> {
  const found = new Map<string, HeldFile[]>();
  const links = [];
  for (const group of chunks([...new Set(emailIds)], idsPerQuery)) {
    const condition = `LinkedEntityId IN ${list(group)}`;
    const rows = await allRows(
      wire,
      'ContentDocumentLink',
      'Id, LinkedEntityId, ContentDocumentId',
      condition,
    );
    links.push(...rows);
  }
  const files = await latestVersions(wire, [...new Set(links.map(link => String(link.ContentDocumentId)))]);
  for (const { LinkedEntityId, ContentDocumentId } of links) {
    const file = files.get(String(ContentDocumentId));
    const emailId = String(LinkedEntityId);
    if (file !== undefined) found.set(emailId, [...(found.get(emailId) ?? []), file]);
  }
  return found;
}

async function latestVersions(
  wire: SalesforceWire,
  documentIds: readonly string[],
): Promise<Map<string, HeldFile>> {
  const files = new Map<string, HeldFile>();
  for (const group of chunks(documentIds, idsPerQuery)) {
    const rows = await allRows(
      wire,
      'ContentVersion',
      'Id, ContentDocumentId, PathOnClient, ContentSize',
      `ContentDocumentId IN ${list(group)} AND IsLatest = true`,
    );
    for (const { ContentDocumentId, PathOnClient, ContentSize } of rows)
      files.set(String(ContentDocumentId), { name: String(PathOnClient), sizeBytes: Number(ContentSize) });
  }
  return files;
}

/** A file is a document of its own, which the CRM shares with whoever sees the e-mail. */
export function attachFiles(wire: SalesforceWire, files: readonly EmailFile[]): Promise<Outcome<null>[]> {
  const groups = groupsWithin(files, filesPerCall, charactersPerCall, file => file.contentBase64.length);
  return inGroups(files, groups, async group => {
    const requests = group.map(({ emailId, name, contentBase64 }) => ({
      method: 'POST' as const,
      url: '/sobjects/ContentVersion',
      body: {
        Title: titleOf(name),
        PathOnClient: name,
        VersionData: contentBase64,
        FirstPublishLocationId: emailId,
      },
    }));
    return (await wire.composite(requests, 'write')).map(attached);
  });
}

/** As people see it: without its extension. */
function titleOf(name: string): string {
  return name.replace(/(?<=.)\.[^.]*$/, '').slice(0, longestTitle);
}

function attached(answer: SubAnswer): Outcome<null> {
  return answer.ok ? { ok: true, value: null } : { ok: false, failure: ofItem(answer.failure) };
}

/** No waiting makes room: somebody has to. */
export function ofItem(failure: SyncFailure): SyncFailure {
  if (failure.native !== 'STORAGE_LIMIT_EXCEEDED') return failure;
  return new SyncFailure('forbidden', 'the CRM has no storage left for it', {
    native: failure.native,
    fix: 'Delete files or records in the CRM and empty its recycle bin, or buy storage (Setup › Storage Usage).',
    cause: failure,
  });
}
