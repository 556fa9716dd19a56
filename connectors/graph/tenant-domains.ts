import { SyncFailure } from '../../sync/failure.ts';
import type { GraphClient } from './client.ts';
import type { Lane } from './lane.ts';
import { query } from './odata.ts';

const rememberedMs = 3_600_000;

interface Organizations {
  readonly value?: readonly { readonly verifiedDomains?: readonly { readonly name?: string }[] }[];
}

/** The verified domains of a tenant: they change rarely, so they are asked for once an hour. */
export class TenantDomains {
  readonly #client: GraphClient;
  readonly #lane: Lane;
  readonly #now: () => number;
  #known: { readonly names: Promise<readonly string[]>; readonly untilMs: number } | null = null;

  constructor(client: GraphClient, lane: Lane, now: () => number) {
    this.#client = client;
    this.#lane = lane;
    this.#now = now;
  }

  /** None where the permission is missing: the test of the connection tells that. */
  names(): Promise<readonly string[]> {
    if (this.#known !== null && this.#now() < this.#known.untilMs) return this.#known.names;
    const names = this.read().catch((error: unknown) => {
      if (error instanceof SyncFailure && error.kind === 'forbidden') return [];
      this.#known = null;
      throw error;
    });
    this.#known = { names, untilMs: this.#now() + rememberedMs };
    return names;
  }

  async read(): Promise<readonly string[]> {
    const url = `/organization${query({ $select: 'verifiedDomains' })}`;
    const { value = [] } = (await this.#client.send(this.#lane, { method: 'GET', url })) as Organizations;
    const domains = value.flatMap(({ verifiedDomains = [] }) => verifiedDomains);
    return domains.flatMap(({ name }) => name?.toLowerCase() ?? []);
  }
}
