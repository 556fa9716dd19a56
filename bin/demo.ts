import { z } from 'zod';
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

const created = z.object({ apiKey: z.string() });

/** Makes, once per home, the organization whose key stands in `run.json`: premium and no trial. */
export async function ensureDemo(options: DemoOptions): Promise<{ apiKey: string }> {
  const known = options.home.read<{ apiKey: string }>('demo.json');
  if (known) return known;
  const response = await fetch(`${options.api}/v1/organizations`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${options.installationKey}`,
      'content-type': 'application/json',
      'idempotency-key': 'demo-organization',
    },
    body: JSON.stringify({ name: 'Demo company', subscription: 'premium', trial: false }),
  });
  if (!response.ok) throw new Error(`The demo organization could not be created: ${await response.text()}`);
  const { apiKey } = created.parse(await response.json());
  options.home.write('demo.json', { apiKey });
  return { apiKey };
}
