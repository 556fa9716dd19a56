import type { Draft } from '../records/validate.ts';

/** `Name` of a person is derived; clients write its parts. */
export function composeName(draft: Draft): void {
  draft.Name = [draft.FirstName, draft.LastName].filter(part => typeof part === 'string').join(' ');
}
