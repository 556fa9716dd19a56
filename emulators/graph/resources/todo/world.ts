import type { DeltaWorld } from '../delta.ts';

/** What To Do needs of the emulator. */
export interface TodoWorld extends DeltaWorld {
  now(): number;
}
