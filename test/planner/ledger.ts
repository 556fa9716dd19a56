import type { Executed } from '../../activities/items/execute.ts';
import { removalsOf } from '../../activities/items/guarding.ts';
import { withoutRecord } from '../../activities/items/plan.ts';
import { bothSides } from '../../activities/items/record.ts';
import { type Planning, rowsOf } from '../../activities/items/work.ts';
import type { Decision, Removal } from '../../db/deletions.ts';
import type { InboxEntry, InboxRow } from '../../db/inbox.ts';
import type { NewIntent } from '../../db/intents.ts';
import type { Item } from '../../db/items.ts';
import { keysToFind, keysToMatch } from '../../sync/items/match.ts';
import type { Loss } from '../../sync/items/merge.ts';
import { KIND_OF } from '../../sync/modules.ts';
import type { Module } from '../../sync/record.ts';
import { Violation } from './violation.ts';

const DAY_MS = 86_400_000;

export interface WaitingRow extends InboxRow {
  readonly notBeforeMs: number | null;
  readonly matchKeys: readonly string[];
}
export interface OpenIntent extends NewIntent {
  readonly createdAtMs: number;
}
interface Removed extends Removal {
  readonly module: Module;
  readonly atMs: number;
  readonly approved: boolean;
}

/** What is remembered: the tables of the phases as maps, with the rules of their statements (db/, activities/items). */
export class Ledger {
  readonly items = new Map<string, Item>();
  readonly inbox = new Map<string, WaitingRow>();
  readonly intents = new Map<string, OpenIntent>();
  readonly decisions = new Map<string, Decision>();
  readonly losses: Loss[] = [];
  removals: Removed[] = [];
  sweepWanted = false;
  /** Values that an admin did not let be cleared: `ITEM|clear:FIELD`. */
  readonly keptByAdmin = new Set<string>();
  /** Of this cycle. */
  readonly counts = new Map<string, number>();
  #generation = 0;

  /** One row per item, newest wins; what an item was when it was first listed stays until it is worked on. */
  put(entries: readonly InboxEntry[]): void {
    for (const entry of entries) {
      const key = `${entry.side}:${entry.sourceId}`;
      this.inbox.set(key, {
        side: entry.side,
        sourceId: entry.sourceId,
        kind: entry.kind,
        what: entry.what,
        listedCategories: this.inbox.get(key)?.listedCategories ?? entry.listedCategories ?? null,
        containerId: entry.containerId ?? null,
        etag: entry.etag ?? null,
        payload: entry.payload ?? null,
        matchKeys: entry.matchKeys ?? [],
        notBeforeMs: entry.notBeforeMs ?? null,
        generation: ++this.#generation,
      });
    }
  }

  /** What waits already is not asked again. */
  ask(entry: InboxEntry): void {
    if (!this.inbox.has(`${entry.side}:${entry.sourceId}`)) this.put([entry]);
  }

  rowOf(side: 'mailbox' | 'crm', sourceId: string | null): WaitingRow[] {
    const row = sourceId === null ? undefined : this.inbox.get(`${side}:${sourceId}`);
    return row ? [row] : [];
  }

  itemsOf(mailboxIds: readonly string[], crmIds: readonly string[]): Item[] {
    return [...this.items.values()].filter(
      item =>
        (item.mailboxItemId !== null && mailboxIds.includes(item.mailboxItemId)) ||
        (item.crmId !== null && crmIds.includes(item.crmId)),
    );
  }

  /** Items of the mailbox that wait and are not remembered, by a key that they match (db/inbox.ts). */
  newcomersLike(keys: readonly string[]): Map<string, string> {
    const waiting = [...this.inbox.values()].filter(
      ({ side, sourceId }) => side === 'mailbox' && this.itemsOf([sourceId], []).length === 0,
    );
    return new Map(
      keys.flatMap(key => {
        const found = waiting.findLast(({ matchKeys }) => matchKeys.includes(key));
        return found ? [[key, found.sourceId] as const] : [];
      }),
    );
  }

  linked(module: Module): Item[] {
    return [...this.items.values()].filter(item => item.link === 'linked' && item.module === module);
  }

  /** Records that take no place in the mailbox (POL-13): those that stay away, and those that nothing could be made of. */
  placeless(module: Module): number {
    return [...this.items.values()].filter(
      item =>
        item.module === module &&
        item.crmId !== null &&
        (item.link === 'away' || (item.link === 'none' && item.code === 'ambiguous')),
    ).length;
  }

  save(item: Item): void {
    for (const other of this.items.values()) {
      if (other.id === item.id) continue;
      const twice =
        (item.mailboxItemId !== null && other.mailboxItemId === item.mailboxItemId) ||
        (item.crmId !== null && other.crmId === item.crmId);
      if (twice)
        throw new Violation('unique', `two entries stand for ${item.mailboxItemId} or ${item.crmId}`);
    }
    this.items.set(item.id, withKeys(item));
  }

  recent(module: Module, nowMs: number): Map<string, { pairing: number; connection: number }> {
    this.removals = this.removals.filter(({ atMs }) => nowMs - atMs < DAY_MS);
    const recent = new Map<string, { pairing: number; connection: number }>();
    for (const { what } of this.removals.filter(removal => removal.module === module)) {
      const count = (recent.get(what)?.pairing ?? 0) + 1;
      recent.set(what, { pairing: count, connection: count });
    }
    return recent;
  }

  requeueDue(nowMs: number): void {
    for (const item of this.items.values()) {
      if (item.nextAttemptAtMs === null || item.nextAttemptAtMs > nowMs) continue;
      this.items.set(item.id, { ...item, nextAttemptAtMs: null });
      const kind = item.module === 'leads' ? 'lead' : 'contact';
      if (item.mailboxItemId !== null)
        this.ask({ side: 'mailbox', sourceId: item.mailboxItemId, kind, what: 'retry' });
      if (item.crmId !== null) this.ask({ side: 'crm', sourceId: item.crmId, kind, what: 'retry' });
    }
  }

  /** All that a chunk leaves, at once (activities/items/record.ts). */
  record(work: Planning, { done, put }: Executed): void {
    for (const plan of done) {
      if (plan.forget && plan.item) this.items.delete(plan.item.id);
      if (plan.replaces) this.#giveWay(plan.replaces);
    }
    for (const plan of done) if (plan.item && !plan.forget) this.save(plan.item);
    this.#recordRemovals(
      work,
      done.filter(plan => !plan.failed),
    );
    for (const plan of done) {
      if (plan.item) this.#recordEvents(plan.events, work.module);
      this.#settleRows(work, plan);
    }
    this.#closeIntents(work, done, put);
  }

  #giveWay(entry: Item): void {
    const kept = withoutRecord(entry);
    if (kept) this.items.set(entry.id, withKeys(kept));
    else this.items.delete(entry.id);
  }

  #recordRemovals(work: Planning, done: Executed['done']): void {
    for (const plan of done) {
      const itemId = plan.item?.id;
      if (itemId === undefined) continue;
      const whats = removalsOf(plan);
      for (const what of whats) {
        const approved = this.decisions.get(`${itemId}|${what}`) === 'approved';
        this.removals.push({ itemId, what, module: work.module, atMs: work.step.nowMs, approved });
      }
      if (whats.length === 0) continue;
      for (const key of [...this.decisions.keys()])
        if (key.startsWith(`${itemId}|`)) this.decisions.delete(key);
    }
  }

  #recordEvents(events: Executed['done'][number]['events'], module: Module): void {
    for (const { action, direction, detail } of events) {
      if (action === 'conflict') this.losses.push(detail as Loss);
      const name = `${module}.${direction ? `${action}_${direction.replace('-', '_')}` : action}`;
      this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    }
  }

  #settleRows(work: Planning, plan: Executed['done'][number]): void {
    const { one, afterwards } = plan;
    for (const row of rowsOf(one)) {
      const key = `${row.side}:${row.sourceId}`;
      const waiting = this.inbox.get(key);
      if (waiting?.generation !== row.generation) continue;
      if (afterwards.row === 'clear') this.inbox.delete(key);
      if (afterwards.row === 'later')
        this.inbox.set(key, { ...waiting, notBeforeMs: afterwards.notBeforeMs });
      if (afterwards.row === 'elsewhere')
        this.inbox.set(key, { ...waiting, kind: KIND_OF[afterwards.module] });
    }
    this.put(bothSides(work, plan));
  }

  #closeIntents(work: Planning, done: Executed['done'], put: Executed['put']): void {
    for (const { intent, failed } of [...done, ...put]) {
      if (!intent) continue;
      if (failed?.maybeApplied) work.unanswered[intent.target].add(intent.sourceId);
      else this.intents.delete(`${intent.target}:${intent.sourceId}`);
    }
  }
}

/** As activities/items/keys.ts, but not hashed: nothing leaves the process. */
function withKeys(item: Item): Item {
  const fields = item.mailboxBase?.fields ?? item.crmBase;
  if (!fields) return item;
  const keys = item.link === 'already_there' ? keysToMatch : keysToFind;
  return { ...item, matchKeys: keys(item.module, fields) };
}
