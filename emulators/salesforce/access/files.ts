import type { Org } from '../org.ts';
import type { ObjectType } from '../schema/types.ts';
import { type Row, text } from '../store/row.ts';
import type { Level } from './sharing.ts';

const FILES = new Set(['ContentDocument', 'ContentDocumentLink', 'ContentVersion']);

export const isFile = (type: ObjectType): boolean => FILES.has(type.name);

/** The most that a link gives to whoever may use its record: viewers read, collaborators edit, inferred is as the record is. */
const SHARE_LEVEL: Readonly<Record<string, Level>> = { V: 1, C: 2, I: 2 };

type LevelOfId = (id: string | null) => Level;

const lower = (a: Level, b: Level): Level => (a < b ? a : b);
const higher = (a: Level, b: Level): Level => (a > b ? a : b);

/** A file shared with a user is shared with nobody else, one shared with the organization with everybody. */
function levelOfEntity(user: Row, link: Row, levelOfId: LevelOfId): Level {
  const entityId = text(link, 'LinkedEntityId');
  if (entityId?.startsWith('005')) return entityId === user.Id ? 2 : 0;
  return levelOfId(entityId);
}

function levelOfDocument(org: Org, user: Row, document: Row | undefined, levelOfId: LevelOfId): Level {
  if (document === undefined) return 0;
  if (document.OwnerId === user.Id) return 3;
  return org.store
    .table('ContentDocumentLink')
    .withValue('ContentDocumentId', document.Id)
    .filter(link => link.IsDeleted !== true)
    .map(link =>
      lower(levelOfEntity(user, link, levelOfId), SHARE_LEVEL[text(link, 'ShareType') ?? 'V'] ?? 1),
    )
    .reduce(higher, 0);
}

/** Files are their owner's, and those of whoever they are shared with, directly or by a record. */
export function levelOfFile(org: Org, user: Row, type: ObjectType, row: Row, levelOfId: LevelOfId): Level {
  if (type.name === 'ContentDocument') return levelOfDocument(org, user, row, levelOfId);
  const documentId = text(row, 'ContentDocumentId') ?? '';
  const document = org.store.table('ContentDocument').get(documentId);
  const level = levelOfDocument(org, user, document, levelOfId);
  return type.name === 'ContentVersion' ? level : higher(level, levelOfEntity(user, row, levelOfId));
}

/** A query that names no file finds those that are the user's own or shared with them directly, not by a record (object reference, ContentVersion). */
export function isListed(org: Org, user: Row, type: ObjectType, row: Row): boolean {
  if (type.name !== 'ContentDocument' && type.name !== 'ContentVersion') return true;
  const documentId = type.name === 'ContentDocument' ? row.Id : text(row, 'ContentDocumentId');
  return org.store
    .table('ContentDocumentLink')
    .withValue('LinkedEntityId', user.Id)
    .some(link => link.IsDeleted !== true && link.ContentDocumentId === documentId);
}
