import type { Reach } from '../../activities/items/work.ts';
import type { InboxEntry, InboxRow } from '../../db/inbox.ts';
import { kindOfContainer } from '../../sync/containers.ts';
import { keysToMatch } from '../../sync/items/match.ts';
import { moduleOf } from '../../sync/items/newcomers.ts';
import type { ItemRules } from '../../sync/items/rules.ts';
import { comesInside } from '../../sync/items/scope.ts';
import { isPerson, KIND_OF, MODULE_OF, MODULES } from '../../sync/modules.ts';
import type { ItemKind, Module } from '../../sync/record.ts';
import { type PretendedCrm, viewUrl } from './crm.ts';
import type { Judge } from './judge.ts';
import { Ledger } from './ledger.ts';
import type { ItemInMailbox, PretendedMailbox } from './mailbox.ts';
import { type PhaseOf, runPhase } from './phase.ts';
import { type RecordInCrm, USER } from './record.ts';
import { CATEGORIES, containerOf, rulesOf } from './rules.ts';
import type { Container, Settings } from './scenario.ts';
import type { Surroundings } from './surroundings.ts';
import type { System } from './systems.ts';
import { Violation } from './violation.ts';

export const PAIRING = 'pair';
export const MAILBOX_KEY = 'box';
const CONTACTS: ReadonlySet<string> = new Set<Container>(['folder', 'contacts']);
const WATCHED: ReadonlySet<string> = new Set<Container>(['folder', 'contacts', 'calendar', 'tasks:list']);
const LATE_COMMIT_MS = 60_000;
const MOST_STEPS = 20;

export interface Sides {
  readonly mailbox: PretendedMailbox;
  readonly crm: PretendedCrm;
  readonly systems: { readonly mailbox: System; readonly crm: System };
}

/** One mailbox with one CRM user, cycle after cycle: what is heard, what is worked on (activities/detect.ts, load.ts). */
export class Pairing {
  readonly ledger = new Ledger();
  /** What this cycle goes by. */
  settings: Settings;
  #wanted: Settings;
  first: boolean;
  judge: Judge | null = null;
  /** Set when something has to be read whole. */
  enumerates = false;
  readonly #sides: Sides;
  readonly #around: Surroundings;
  readonly #chunk: number;
  #ids = 0;
  #unanswered = { mailbox: new Set<string>(), crm: new Set<string>() };

  constructor(settings: Settings, first: boolean, chunk: number, sides: Sides, around: Surroundings) {
    this.settings = settings;
    this.#wanted = settings;
    this.first = first;
    this.#sides = sides;
    this.#around = around;
    this.#chunk = chunk;
    this.enumerates = first;
    this.ledger.sweepWanted = first;
  }

  /** A running cycle keeps its policy; the next one takes up the new version. */
  changePolicy(change: Partial<Settings>): void {
    this.#wanted = { ...this.#wanted, ...change };
    this.ledger.sweepWanted = true;
  }

  /** Where items of a module are made, and new ones count. */
  containerOf(module: Module): Container {
    return containerOf(module, this.settings);
  }

  get #modules(): Module[] {
    return MODULES.filter(module => this.settings.modules[module] !== undefined);
  }

  readonly newId = (): string => `e${++this.#ids}`;

  rulesOf(module: Module): ItemRules {
    return rulesOf(module, { settings: this.settings, first: this.first, systems: this.#sides.systems });
  }

  async cycle(): Promise<void> {
    this.settings = this.#wanted;
    this.ledger.counts.clear();
    this.#hearMailbox();
    this.#hearCrm();
    this.ledger.requeueDue(this.#around.nowMs);
    if (this.ledger.sweepWanted) this.#sweep();
    for (const module of this.#modules) await this.#work(module);
    this.first = false;
  }

  async #work(module: Module): Promise<void> {
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      if (!(await runPhase(this.#phase(module))).more) return;
    }
    throw new Violation('converge', `the phase of ${module} asks for more without end`);
  }

  #phase(module: Module): PhaseOf {
    const { chance } = this.#around;
    return {
      work: this.#reach(module),
      ledger: this.ledger,
      limits: this.settings.guard,
      choose: (rows: readonly InboxRow[]) => chance.shuffled(rows).slice(0, this.#chunk),
      recordOf: uid => this.#sides.crm.recordOf(uid),
      recovered: item => this.judge?.recovered(item),
      settled: (plans, linkedBefore) => this.judge?.settled(module, plans, linkedBefore),
    };
  }

  #reach(module: Module): Reach {
    const { mailbox, crm } = this.#sides;
    const { nowMs } = this.#around;
    this.#unanswered = { mailbox: new Set(), crm: new Set() };
    return {
      deps: { heartbeat() {}, database: { newId: this.newId } },
      step: {
        nowMs,
        pairing: { id: PAIRING, mailbox_key: MAILBOX_KEY },
        mailboxes: { capabilities: { lateCommitMs: LATE_COMMIT_MS, fieldsOutsideChanges: new Set() } },
        crm: { url: viewUrl, absence: refs => crm.absence(refs) },
      },
      module,
      rules: this.rulesOf(module),
      rulesOf: of => this.rulesOf(of),
      mailbox,
      session: crm,
      reader: crm,
      entriesOf: async ids => this.ledger.itemsOf(ids, []),
      companionsOf: async ids => crm.leaders(ids),
      newcomersLike: async keys => this.ledger.newcomersLike(keys),
      crmCapabilities: { lateCommitMs: LATE_COMMIT_MS },
      watched: isPerson(module) ? CONTACTS : new Set([this.containerOf(module)]),
      container: this.containerOf(module),
      first: this.first,
      unanswered: this.#unanswered,
      denied: new Set(),
      removing: new Set(),
      deleting: new Set(),
      offeredSeries: new Set(),
      markedSeries: new Set(),
    };
  }

  #hearMailbox(): void {
    const { mailbox } = this.#sides;
    const rows = [...mailbox.touched].flatMap(([id, before]) => {
      const item = mailbox.items.get(id);
      return item ? this.#mailboxRows(item, before) : [];
    });
    mailbox.touched.clear();
    this.ledger.put(this.#around.chance.shuffled(rows));
    if (this.enumerates) this.#enumerate();
    this.enumerates = false;
  }

  /** A delta tells of each container for itself: gone from one, present in another, in any order. */
  #mailboxRows(item: ItemInMailbox, before: ReadonlySet<Container>): InboxEntry[] {
    const present = !item.dead && WATCHED.has(item.container);
    const left = [...before].filter(place => WATCHED.has(place) && (item.dead || place !== item.container));
    return [
      ...left.flatMap(place => this.#removedRow(item.id, place)),
      ...(present ? this.#presentRow(item, 'told') : []),
    ];
  }

  #removedRow(id: string, containerId: string): InboxEntry[] {
    const [known] = this.ledger.itemsOf([id], []);
    if (!known) return [];
    const kind = KIND_OF[known.module];
    return [{ side: 'mailbox', sourceId: id, kind, what: 'removed', containerId }];
  }

  #presentRow(item: ItemInMailbox, how: 'told' | 'enumerated'): InboxEntry[] {
    const person = this.#sides.mailbox.seen(item);
    const [known] = this.ledger.itemsOf([item.id], []);
    if (known?.mailboxEtag === person.etag) return [];
    const module =
      known?.module ??
      moduleOf(kindOfContainer(item.container) as ItemKind, person.categories, { categories: CATEGORIES });
    const listed =
      how === 'enumerated' && !known && (this.first || item.createdAtMs < this.#around.nowMs - DAY_MS);
    return [
      {
        side: 'mailbox',
        sourceId: item.id,
        kind: KIND_OF[module],
        what: 'present',
        listedCategories: listed ? person.categories : null,
        containerId: item.container,
        etag: person.etag,
        payload: person,
        matchKeys: module === 'appointments' ? keysToMatch(module, person.fields) : [],
      },
    ];
  }

  /** Everything is listed anew; what is remembered and missing is a question (activities/intake.ts, db/unheard.ts). */
  #enumerate(): void {
    const live = [...this.#sides.mailbox.items.values()].filter(item => !item.dead);
    const listed = live.filter(item => WATCHED.has(item.container));
    this.ledger.put(listed.flatMap(item => this.#presentRow(item, 'enumerated')));
    const heard = new Set(listed.map(item => item.id));
    for (const { mailboxItemId, containerId, link, module } of this.ledger.items.values()) {
      if (mailboxItemId === null || heard.has(mailboxItemId) || link === 'away') continue;
      if (!WATCHED.has(containerId ?? '')) continue;
      this.ledger.ask({ side: 'mailbox', sourceId: mailboxItemId, kind: KIND_OF[module], what: 'removed' });
    }
  }

  /** What the log brings: the user's own, all that may be seen, and what is remembered (db/change-log.ts). */
  #hearCrm(): void {
    const { crm } = this.#sides;
    const parents = new Map(
      [...this.ledger.items.values()].flatMap(item =>
        item.crmId !== null && item.crmParentId !== null ? [[item.crmId, item.crmParentId] as const] : [],
      ),
    );
    const heard = [...crm.records.values()].filter(
      record =>
        (crm.touched.has(record.id) && this.#concerns(record)) ||
        crm.touched.has(parents.get(record.id) ?? ''),
    );
    crm.touched.clear();
    this.ledger.put(
      this.#around.chance
        .shuffled(heard)
        .map(({ id, kind }) => ({ side: 'crm', sourceId: id, kind, what: 'changed' })),
    );
  }

  #concerns(record: RecordInCrm): boolean {
    const setting = this.rulesOf(MODULE_OF[record.kind]);
    const mine = record.ownerId === USER || record.invited || setting.filter === 'visible';
    if (setting.enabled && mine && !record.deleted) return true;
    return this.ledger.itemsOf([], [record.id]).length > 0 || this.ledger.rowOf('crm', record.id).length > 0;
  }

  /** All that belongs to the user is read; what is linked and was not seen is asked for (activities/load.ts). */
  #sweep(): void {
    this.ledger.sweepWanted = false;
    const seen = new Set<string>();
    for (const module of this.#modules) {
      if (!this.rulesOf(module).enabled) continue;
      for (const record of this.#found(module)) {
        seen.add(record.id);
        const person = this.#sides.crm.seen(record);
        const { id, kind } = record;
        const keys = keysToMatch(module, person.fields);
        record.told = person;
        this.ledger.put([
          { side: 'crm', sourceId: id, kind, what: 'present', payload: person, matchKeys: keys },
        ]);
      }
    }
    for (const { crmId, crmKind, link } of this.ledger.items.values())
      if (crmId !== null && link === 'linked' && !seen.has(crmId))
        this.ledger.ask({ side: 'crm', sourceId: crmId, kind: crmKind ?? 'contact', what: 'changed' });
    this.#askForHeldBack();
  }

  #found(module: Module): RecordInCrm[] {
    const { crm } = this.#sides;
    const rules = this.rulesOf(module);
    const found = [...crm.records.values()].filter(
      record =>
        record.kind === KIND_OF[module] &&
        crm.isSeen(record) &&
        record.successor === null &&
        comesInside(crm.seen(record), USER, rules).inside,
    );
    if (rules.maximum === null) return found;
    const places = rules.maximum + this.ledger.placeless(module);
    return found.sort((a, b) => b.modifiedAtMs - a.modifiedAtMs).slice(0, places);
  }

  #askForHeldBack(): void {
    for (const { mailboxItemId, link, code, module } of this.ledger.items.values())
      if (mailboxItemId !== null && link === 'already_there' && HELD_BACK.includes(code ?? ''))
        this.ledger.ask({ side: 'mailbox', sourceId: mailboxItemId, kind: KIND_OF[module], what: 'retry' });
  }
}

/** As in activities/load.ts. */
const HELD_BACK = [
  'not_categorized',
  'module_off',
  'direction',
  'excluded_address',
  'other_owner',
  'private',
  'organizer_leads',
];
const DAY_MS = 86_400_000;
