import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { configure, type DemoConnections, hasConnections, readdress } from './demo/configuration.ts';
import { loadCrm } from './demo/crm.ts';
import { settled, synchronize } from './demo/cycles.ts';
import { loadMailboxes } from './demo/mailboxes.ts';
import { deliverLetters } from './demo/post.ts';
import { request } from './demo/request.ts';
import type { Emulated } from './emulators.ts';
import type { Home } from './home.ts';

export type DemoOptions = {
  readonly home: Home;
  /** Address of the API, without `/v1`. */
  readonly api: string;
  readonly installationKey: string;
  readonly emulated: Emulated;
  /** Only the organization and its key. */
  readonly empty: boolean;
};

type Progress = {
  readonly apiKey: string;
  /** There is to be a company; with its connections: there is. */
  readonly company?: {
    readonly connections?: DemoConnections;
    readonly at?: Addresses;
    readonly hasMail?: boolean;
  };
};
/** Where the emulators were when the connections were told. */
type Addresses = { readonly graph: string; readonly salesforce: string };

const PROGRESS_FILE = 'demo.json';
const organization = z.object({ apiKey: z.string() });

/**
 * Makes, once per home, the organization whose key stands in `run.json` (premium and no trial) and the small company
 * that synchronizes by itself. Every step can be repeated, so a start that was cut short is finished by the next.
 */
export async function ensureDemo(options: DemoOptions): Promise<{ apiKey: string }> {
  const { home } = options;
  const apiKey =
    home.read<Progress>(PROGRESS_FILE)?.apiKey ??
    note(home, { apiKey: await createOrganization(options) }).apiKey;
  if (!options.empty) await ensureCompany(options, apiKey);
  return { apiKey };
}

async function ensureCompany({ home, api, emulated }: DemoOptions, apiKey: string): Promise<void> {
  const company = home.read<Progress>(PROGRESS_FILE)?.company;
  const at = { graph: emulated.graph.baseUrl, salesforce: emulated.salesforce.loginUrl };
  if (company?.connections) {
    if (isDeepStrictEqual(company.at, at)) return;
    await readdress(api, apiKey, emulated, company.connections);
    note(home, { apiKey, company: { ...company, at } });
    return;
  }
  // Who has begun with systems of their own needs no demo.
  if (!company && (await hasConnections(api, apiKey))) return;
  note(home, { apiKey, company: {} });
  await Promise.all([loadMailboxes(emulated.graph), loadCrm(emulated.salesforce)]);
  const connections = await configure(api, apiKey, emulated);
  note(home, { apiKey, company: { connections, at } });
}

/**
 * Delivers the company's letters once, as soon as all first cycles are over: then there are folders to drop them into. True
 * when that was now; without it, the next start tries again.
 */
export async function ensureDemoMail(
  { home, api, emulated }: Pick<DemoOptions, 'home' | 'api' | 'emulated'>,
  stopping: AbortSignal,
): Promise<boolean> {
  const { apiKey, company } = home.read<Progress>(PROGRESS_FILE) ?? {};
  if (apiKey === undefined || !company?.connections || company.hasMail) return false;
  if (!(await settled(api, apiKey, stopping)) || !(await deliverLetters(emulated.graph))) return false;
  note(home, { apiKey, company: { ...company, hasMail: true } });
  await synchronize(api, apiKey);
  return true;
}

function note(home: Home, progress: Progress): Progress {
  home.write(PROGRESS_FILE, progress);
  return progress;
}

async function createOrganization({ api, installationKey }: DemoOptions): Promise<string> {
  const answer = await request('POST', `${api}/v1/organizations`, {
    token: installationKey,
    idempotencyKey: 'demo-organization',
    body: { name: 'Demo company', subscription: 'premium', trial: false },
  });
  return organization.parse(answer).apiKey;
}
