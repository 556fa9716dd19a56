import type { SimulatedCompany } from '../simulated-company.ts';
import { Desk } from './desk.ts';

/** What people do, told once, whatever happens to the engine in the meantime. */
export interface Story {
  readonly name: string;
  /** Ann alone when nothing is said. */
  readonly users?: readonly string[];
  /** Whether the CRM has a unique field for our keys; it has when nothing is said. */
  readonly hasKeyField?: boolean;
  /** Beyond what is required. */
  readonly policy?: object;
  /** Each is followed by a cycle of everybody. */
  readonly chapters: readonly Chapter[];
  /** What the engine writes when nothing goes wrong, so that a story keeps telling what it was made for. */
  readonly writes: Readonly<Record<'mailbox' | 'crm', Count>>;
}

export interface Count {
  readonly created: number;
  readonly changed: number;
  readonly deleted: number;
}

export type Chapter = (scene: Scene) => Promise<void>;

export interface Scene {
  readonly ann: Desk;
  readonly bob: Desk;
  readonly company: SimulatedCompany;
}

export const ANN = 'ann@contoso.example';
export const BOB = 'bob@contoso.example';

export function sceneOf(company: SimulatedCompany): Scene {
  return { ann: new Desk(company, ANN), bob: new Desk(company, BOB), company };
}
