import type { HttpAnswer, HttpRequest } from '../../connectors/world.ts';
import type { EmulatedGraph } from '../emulated/graph.ts';
import type { EmulatedSalesforce } from '../emulated/salesforce.ts';
import { type DeltaMemory, rememberRows } from './replay.ts';
import { Traffic } from './traffic.ts';

export type System = 'graph' | 'salesforce';

/** Stands in the way of exchanges until it has happened: sends them, or not, and answers as it likes. */
export interface Disturbance {
  readonly name: string;
  /** Whether this exchange is the one. */
  strikes(system: System, request: HttpRequest): boolean;
  happen(request: HttpRequest, send: () => Promise<HttpAnswer>): Promise<HttpAnswer>;
}

/** The connection ended without an answer. */
export function connectionReset(): Error {
  return Object.assign(new Error('the connection was reset'), { code: 'ECONNRESET' });
}

/** The network between the engine and the emulators. What the engine sends may meet with a disturbance. */
export class Network {
  readonly traffic = new Traffic();
  /** What deltas have told so far. */
  readonly told: DeltaMemory = new Map();
  readonly #systems: Readonly<Record<System, EmulatedGraph | EmulatedSalesforce>>;
  readonly #now: () => number;
  readonly #pass: (delayMs: number) => void;
  #disturbances: Disturbance[] = [];

  constructor(
    systems: Readonly<Record<System, EmulatedGraph | EmulatedSalesforce>>,
    now: () => number,
    pass: (delayMs: number) => void,
  ) {
    this.#systems = systems;
    this.#now = now;
    this.#pass = pass;
  }

  /** The next exchange that it strikes meets with it, once. */
  disturb(disturbance: Disturbance): void {
    this.#disturbances.push(disturbance);
  }

  calm(): void {
    this.#disturbances = [];
  }

  async exchange(request: HttpRequest): Promise<HttpAnswer> {
    const system = systemOf(request);
    this.#pass(LATENCY_MS);
    const struck = this.#disturbances.findIndex(one => one.strikes(system, request));
    const send = () => this.#send(system, request);
    if (struck === -1) return send();
    const [disturbance] = this.#disturbances.splice(struck, 1);
    return disturbance!.happen(request, send);
  }

  async #send(system: System, request: HttpRequest): Promise<HttpAnswer> {
    try {
      const answer = await this.#systems[system].send(request);
      this.traffic.note(system, this.#now(), request, answer);
      if (system === 'graph') rememberRows(this.told, request, answer);
      return answer;
    } catch (error) {
      this.traffic.note(system, this.#now(), request, null);
      throw error;
    }
  }
}

const LATENCY_MS = 40;

export function systemOf({ url }: HttpRequest): System {
  return new URL(url).hostname === 'graph.test' ? 'graph' : 'salesforce';
}
