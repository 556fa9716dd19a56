import type { ExtendedProperties } from '../store/extended-properties.ts';

/** How the lists and answers of one kind of entity are made from what is stored. */
export interface EntityType<Stored, Context> {
  /** Its name in the contract. */
  name: string;
  render(stored: Stored, context: Context): Record<string, unknown>;
  /** One property as `render` gives it, for filters and orders. */
  property(stored: Stored, name: string, context: Context): unknown;
  extended?(stored: Stored): ExtendedProperties;
}
