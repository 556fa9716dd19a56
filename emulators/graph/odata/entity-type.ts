import type { ExtendedProperties } from '../store/extended-properties.ts';

/** What hangs on an entity and comes with it when it is expanded. */
export interface Navigation<Stored, Context> {
  /** Where `expands` is true, with what an expand inside the expand adds to them. */
  elements(stored: Stored, context: Context, expand?: string): Record<string, unknown>[];
  expands?: boolean;
  /** How many come along unless $top says otherwise: the service gives no link to more. */
  pageSize?: number;
  /** The other ids by which an element may be asked for. */
  otherIds?(element: Record<string, unknown>): string[];
  contextUrl(stored: Stored, context: Context): string;
}

/** How the lists and answers of one kind of entity are made from what is stored. */
export interface EntityType<Stored, Context> {
  /** Its name in the contract. */
  name: string;
  render(stored: Stored, context: Context): Record<string, unknown>;
  /** One property as `render` gives it, for filters and orders. */
  property(stored: Stored, name: string, context: Context): unknown;
  extended?(stored: Stored): ExtendedProperties;
  /** By the contract's name, what `$expand` may name. */
  navigation?: Readonly<Record<string, Navigation<Stored, Context>>>;
}
