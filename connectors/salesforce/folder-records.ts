import type { FolderKind } from '../../sync/folders/kinds.ts';
import type { CrmFolderRecords, FolderRecord, RecordDraft, RecordLengths } from '../archive.ts';
import type { Outcome } from '../connector.ts';
import { rowsOfAttempts } from './folder-attempts.ts';
import { createFolderRecords } from './folder-creates.ts';
import { folderFormOf, folderRecordOf, openCondition, selectOfForm } from './folder-forms.ts';
import type { FolderParts, FolderReading } from './folder-parts.ts';
import { rowsById } from './rows-by-id.ts';
import { folderObjectOf } from './shape.ts';
import { and, text } from './soql.ts';
import type { Row } from './wire.ts';

const rowsPerPage = 2_000;

/** Opportunities, cases, quotes and custom objects as one user sees them. */
export class SalesforceFolderRecords implements CrmFolderRecords {
  readonly #parts: FolderParts;

  constructor(parts: FolderParts) {
    this.#parts = parts;
  }

  async lengths(kind: FolderKind): Promise<RecordLengths | null> {
    const object = folderObjectOf(kind);
    if (object === null) return null;
    const shape = await this.#parts.schema.ofWriter(object);
    const form = folderFormOf(kind, shape);
    if (form === null) return null;
    const lengthOf = (column: string | null) => shape.columns.get(column ?? '')?.maxLength ?? 0;
    return { nameLength: lengthOf(form.name), descriptionLength: lengthOf(form.description) };
  }

  async open(
    kind: FolderKind,
    query: Parameters<CrmFolderRecords['open']>[1],
  ): Promise<{ records: FolderRecord[]; next: string | null }> {
    const limit = Math.min(query.limit, rowsPerPage);
    return this.#reading(kind, { records: [], next: null }, async reading => {
      const { records: rows, done } = await this.#parts.wire.query(openSoql(reading, query, limit));
      const isLast = rows.length === 0 || (done && rows.length < limit);
      return {
        records: await this.visible(reading, rows),
        next: isLast ? null : String(rows.at(-1)!.Id),
      };
    });
  }

  async read(kind: FolderKind, ids: readonly string[]): Promise<Map<string, FolderRecord>> {
    if (ids.length === 0) return new Map();
    const records = await this.#reading(kind, [], async reading => {
      const { form, select } = reading;
      const rows = await rowsById(this.#parts.wire, [{ object: form.object, columns: select, ids }]);
      return this.visible(reading, rows);
    });
    return new Map(records.map(record => [record.id, record]));
  }

  create(drafts: readonly RecordDraft[]): Promise<Outcome<FolderRecord>[]> {
    return createFolderRecords(this.#parts, this, drafts);
  }

  async findCreated(
    attempts: Parameters<CrmFolderRecords['findCreated']>[0],
  ): Promise<Map<string, FolderRecord>> {
    const found = new Map<string, FolderRecord>();
    for (const kind of new Set(attempts.map(attempt => attempt.kind))) {
      const own = attempts.filter(attempt => attempt.kind === kind);
      await this.#reading(kind, undefined, async reading => {
        const entries = await rowsOfAttempts(this.#parts, reading, own);
        const records = await this.visible(
          reading,
          entries.map(([, row]) => row),
        );
        const byId = new Map(records.map(record => [record.id, record]));
        for (const [key, row] of entries) {
          const record = byId.get(String(row.Id));
          if (record !== undefined) found.set(key, record);
        }
      });
    }
    return found;
  }

  /** What the user sees of these rows. */
  async visible({ form, shape }: FolderReading, rows: readonly Row[]): Promise<FolderRecord[]> {
    const { access, userId, urlOf } = this.#parts;
    const readable =
      access && rows.length > 0 ? await access.readable(rows.map(({ Id }) => String(Id))) : null;
    return rows
      .filter(({ Id }) => readable === null || readable.has(String(Id)))
      .map(row => folderRecordOf(form, row, shape, userId, urlOf));
  }

  async #reading<T>(kind: FolderKind, none: T, run: (reading: FolderReading) => Promise<T>): Promise<T> {
    const object = folderObjectOf(kind);
    if (object === null) return none;
    return this.#parts.schema.using([object], async shapes => {
      const shape = shapes[object]!;
      const form = folderFormOf(kind, shape);
      return form === null ? none : run({ form, shape, select: selectOfForm(form, shape) });
    });
  }
}

/** Details, which have no owner, are everybody's who sees them. */
function openSoql(
  { form, shape, select }: FolderReading,
  { ownerId, after }: Parameters<CrmFolderRecords['open']>[1],
  limit: number,
): string {
  const where = and(
    openCondition(form, shape),
    ownerId !== undefined && shape.columns.has('OwnerId') && `OwnerId = ${text(ownerId)}`,
    after !== null && `Id > ${text(after)}`,
  );
  return `SELECT ${select} FROM ${form.object}${where && ` WHERE ${where}`} ORDER BY Id LIMIT ${limit}`;
}
