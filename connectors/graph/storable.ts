import { SyncFailure } from '../../sync/failure.ts';

/** Characters that Exchange cannot store are refused by the name of their field, never dropped in silence. */
export function requireStorable(values: Readonly<Record<string, string | null | undefined>>): void {
  const broken = Object.entries(values).filter(
    ([, value]) => value != null && (value.includes('\0') || !value.isWellFormed()),
  );
  if (broken.length === 0) return;
  const names = broken.map(([field]) => field);
  throw new SyncFailure(
    'validation',
    `${names.join(', ')}: a character in it cannot be stored in a mailbox`,
    {
      native: 'UnstorableCharacter',
      fields: names,
      fix: 'Remove the NUL or broken emoji character from the record in the CRM.',
    },
  );
}
