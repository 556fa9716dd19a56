import type { Module } from '../sync/record.ts';
import type { Phase } from './types.ts';

const PHASE_OF: Readonly<Record<Module, Phase>> = {
  leads: 'leads',
  contacts: 'contacts',
  appointments: 'calendar',
  calls: 'tasks',
  tasks: 'tasks',
};

/** The phases that work on these modules, each once. */
export function phasesFor(modules: readonly Module[]): Phase[] {
  return [...new Set(modules.map(module => PHASE_OF[module]))];
}
