import { inject } from 'vitest';
import { copyTemplate, type TestDatabase } from './template.ts';

export type { TestDatabase } from './template.ts';

/** A fresh, migrated database of one's own. */
export async function createDatabase(): Promise<TestDatabase> {
  return copyTemplate(inject('adminUrl'));
}
