import { type RandomBytes, randomUint32 } from '../randomness.ts';
import { type AdjustableClock, adjustableClock, type Clock, type ClockSetting } from './clock.ts';
import { idOf } from './recordId.ts';
import { createSchema, type Schema } from './schema/schema.ts';
import type { ObjectType } from './schema/types.ts';
import { type Identity, newIdentity, newSettings, type Settings } from './settings.ts';
import { stampOf } from './stamp.ts';
import { openJournal, volatileJournal } from './store/journal.ts';
import type { Row } from './store/row.ts';
import { createStore, type Store } from './store/store.ts';

/** A saved row version that queries do not see yet; until then they see the previous one, if there was any. */
interface PendingVersion {
  readonly visibleAtMs: number;
  readonly previous: Row | undefined;
}

/** One Salesforce organization: its schema, its rows and what its administrator has set up. */
export interface Org {
  readonly clock: AdjustableClock;
  readonly schema: Schema;
  readonly store: Store;
  readonly identity: Identity;
  readonly settings: Settings;
  /** By object, then by id. */
  readonly pending: Map<string, Map<string, PendingVersion>>;
  now(): string;
  nextId(type: ObjectType): string;
  /** The next number of an auto-number field. */
  nextNumber(name: string): number;
  /** To be called after `settings`, `identity` or the clock were changed. */
  saveSettings(): void;
  /** Forgets all records and settings; identity stays. */
  clear(): void;
}

export interface OrgOptions {
  readonly stateFile?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly randomBytes: RandomBytes;
  /** Of a new org; a kept one has its own. */
  readonly privateKey?: string | undefined;
}

/** Every org has its own id; ids of one org share the pod. */
const organizationIdOf = (randomBytes: RandomBytes): string =>
  idOf('00D', randomUint32(randomBytes) % 62 ** 5);

export function openOrg(options: OrgOptions): Org {
  const store = createStore(
    options.stateFile === undefined ? volatileJournal : openJournal(options.stateFile),
  );
  const clock = adjustableClock(options.clock);
  const identity =
    (store.document('identity') as Identity | undefined) ??
    newIdentity(organizationIdOf(options.randomBytes), options.randomBytes, options.privateKey);
  let settings = { ...newSettings(), ...(store.document('settings') as Settings | undefined) };
  let sequences = (store.document('sequences') as Record<string, number> | undefined) ?? {};
  let schema = createSchema();
  const pending = new Map<string, Map<string, PendingVersion>>();
  clock.adjust((store.document('clock') as ClockSetting | undefined) ?? {});
  for (const definition of settings.definitions) schema.define(definition);

  function nextNumber(name: string): number {
    const next = (sequences[name] ?? 0) + 1;
    sequences[name] = next;
    store.putDocument('sequences', sequences);
    return next;
  }

  function saveSettings(): void {
    store.putDocument('identity', identity);
    store.putDocument('settings', settings);
    store.putDocument('clock', clock.setting());
  }

  saveSettings();
  return {
    clock,
    store,
    identity,
    pending,
    get schema() {
      return schema;
    },
    get settings() {
      return settings;
    },
    now: () => stampOf(clock.nowMs()),
    nextId: type => idOf(type.keyPrefix ?? '000', nextNumber(type.name)),
    nextNumber,
    saveSettings,
    clear() {
      store.clear();
      pending.clear();
      settings = newSettings();
      sequences = {};
      schema = createSchema();
      clock.adjust({});
      saveSettings();
    },
  };
}
