import type { ActivityModule, ItemKind, Module, PersonModule, RecordKind } from './record.ts';

/** In the order of their phases: a converted lead's item follows it before its contact would get one of its own (CON-5). */
export const MODULES: readonly Module[] = ['leads', 'contacts', 'appointments', 'calls', 'tasks'];

export const KIND_OF: Readonly<Record<Module, RecordKind>> = {
  contacts: 'contact',
  leads: 'lead',
  appointments: 'event',
  calls: 'call',
  tasks: 'task',
};

export const MODULE_OF: Readonly<Record<RecordKind, Module>> = {
  contact: 'contacts',
  lead: 'leads',
  event: 'appointments',
  call: 'calls',
  task: 'tasks',
};

/** What a module's records are in a mailbox: a call without a time of day is a task (TASK-1). */
export const ITEM_KIND_OF: Readonly<Record<Module, ItemKind>> = {
  contacts: 'contact',
  leads: 'contact',
  appointments: 'event',
  calls: 'task',
  tasks: 'task',
};

/** All modules whose items are of the same kind: one of them can wait in the phase of another, by its category. */
export function modulesBeside(module: Module): Module[] {
  return MODULES.filter(other => ITEM_KIND_OF[other] === ITEM_KIND_OF[module]);
}

/** The module of a mailbox item that no category and no record assigns to another one. */
export const USUAL_MODULE: Readonly<Record<ItemKind, Module>> = {
  contact: 'contacts',
  event: 'appointments',
  task: 'tasks',
};

export function isActivity(module: Module): module is ActivityModule {
  return module === 'appointments' || module === 'calls' || module === 'tasks';
}

export function isPerson(module: Module): module is PersonModule {
  return !isActivity(module);
}

export function isRecordKind(kind: string): kind is RecordKind {
  return kind in MODULE_OF;
}
