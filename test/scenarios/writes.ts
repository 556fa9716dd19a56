import type { World } from './tenant.ts';

interface Logged {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly subrequests?: readonly { readonly method: string; readonly url: string }[];
}

const WRITING = new Set(['POST', 'PATCH', 'PUT', 'DELETE']);

/** What was written to Salesforce since its log was reset: the product's requests that change records. */
export async function crmWrites({ salesforce }: World): Promise<string[]> {
  const log = await salesforce.control<Logged[]>('GET', 'requests/log');
  return log
    .flatMap(parts)
    .filter(({ method, url }) => WRITING.has(method) && !isRead(url))
    .map(({ method, url }) => `${method} ${url}`);
}

/** What was written to mailboxes since the log was reset. */
export async function mailboxWrites({ graph }: World): Promise<string[]> {
  const log = await graph.control<Logged[]>('GET', 'requests/log');
  return log
    .flatMap(parts)
    .filter(({ method, url }) => WRITING.has(method) && !/oauth2|\$batch/.test(url))
    .map(({ method, url }) => `${method} ${url}`);
}

function parts({ method, target, subrequests }: Logged): { method: string; url: string }[] {
  if (subrequests && subrequests.length > 0) return [...subrequests];
  return [{ method, url: target }];
}

/** A POST that only asks: tokens, retrieving many records by id, an envelope of reads. */
function isRead(url: string): boolean {
  return /oauth2|\/composite\/?$|\/composite\/batch|\/composite\/sobjects\/[A-Za-z_]+\/?$/.test(
    url.split('?')[0] ?? '',
  );
}
