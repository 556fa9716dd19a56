import type { FaultMode, Faults } from '../control/faults.ts';
import type { Outcome } from './dispatch.ts';
import { faultResponse } from './error-response.ts';
import type { GraphRequest } from './exchange.ts';

/** Faults of requests that no mailbox carries out: the batch as a whole and the token endpoint. */
export class GateFaults {
  readonly #faults: Faults;
  readonly #sleep: (delayMs: number) => Promise<void>;

  constructor(faults: Faults, sleep: (delayMs: number) => Promise<void>) {
    this.#faults = faults;
    this.#sleep = sleep;
  }

  async before(request: GraphRequest, route: string): Promise<Outcome | undefined> {
    const latency = this.#strike(request, route, ['latency']);
    if (latency) await this.#sleep(latency.delayMs ?? 1000);
    const fault = this.#strike(request, route, ['status', 'disconnect']);
    if (!fault) return undefined;
    return fault.mode === 'status'
      ? { response: faultResponse(fault) }
      : { response: { status: 503 }, lost: true };
  }

  after<Done extends Outcome>(request: GraphRequest, route: string, outcome: Done): Done {
    const fault = this.#strike(request, route, ['lost-response', 'partial']);
    if (!fault) return outcome;
    return { ...outcome, ...(fault.mode === 'lost-response' ? { lost: true } : { truncated: true }) };
  }

  #strike(request: GraphRequest, route: string, modes: readonly FaultMode[]) {
    const { method, target } = request;
    return this.#faults.strike({ method, target, route, mailbox: [], subrequest: false }, modes);
  }
}
