import type { DeltaWorld } from '../delta-page.ts';

/** What a write takes from outside: the time and new ids. */
export interface Writing {
  now(): number;
  newId(): string;
}

/** What To Do needs of the emulator. */
export interface TodoWorld extends DeltaWorld {
  now(): number;
}
