import { Problem } from './problem.ts';

export const etagOf = (version: number): string => `"${version}"`;

/** For routes where an unseen overwrite would lose an admin's work: 428 without If-Match, 412 when it is stale. */
export function requireMatch(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined) {
    throw new Problem('precondition_required', 'This change needs If-Match with the ETag that was read.', {
      fix: 'GET it first and send its ETag as If-Match.',
    });
  }
  checkMatch(ifMatch, version);
}

/** For routes where If-Match is optional. */
export function checkMatch(ifMatch: string | undefined, version: number): void {
  if (ifMatch === undefined || matches(ifMatch, version)) return;
  throw new Problem('version_changed', `It has the version ${version} by now.`, {
    fix: 'GET it again, apply the change to what it says now, and send the new ETag.',
    headers: { etag: etagOf(version) },
  });
}

function matches(ifMatch: string, version: number): boolean {
  return ifMatch
    .split(',')
    .map(tag => tag.trim().replace(/^W\//, ''))
    .some(tag => tag === '*' || tag === etagOf(version));
}
