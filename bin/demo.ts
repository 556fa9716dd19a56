import { z } from 'zod';
import { configure } from './demo/configuration.ts';
import { loadCrm } from './demo/crm.ts';
import { loadMailboxes } from './demo/mailboxes.ts';
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

type Progress = { readonly apiKey: string; readonly company?: boolean };

const PROGRESS_FILE = 'demo.json';
const organization = z.object({ apiKey: z.string() });

/**
 * Makes, once per home, the organization whose key stands in `run.json` (premium and no trial) and the small company
 * that synchronizes by itself. Every step can be repeated, so a start that was cut short is finished by the next.
 */
export async function ensureDemo(options: DemoOptions): Promise<{ apiKey: string }> {
  const { home, api, emulated } = options;
  const known = home.read<Progress>(PROGRESS_FILE);
  const apiKey = known?.apiKey ?? (await createOrganization(options));
  if (!known) home.write(PROGRESS_FILE, { apiKey });
  if (options.empty || known?.company) return { apiKey };
  await Promise.all([loadMailboxes(emulated.graph), loadCrm(emulated.salesforce)]);
  await configure(api, apiKey, emulated);
  home.write(PROGRESS_FILE, { apiKey, company: true });
  return { apiKey };
}

async function createOrganization({ api, installationKey }: DemoOptions): Promise<string> {
  const answer = await request('POST', `${api}/v1/organizations`, {
    token: installationKey,
    idempotencyKey: 'demo-organization',
    body: { name: 'Demo company', subscription: 'premium', trial: false },
  });
  return organization.parse(answer).apiKey;
}
