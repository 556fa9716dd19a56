import type { ProcessSpec } from './processes.ts';
import { keepRunning, type Supervised } from './supervision.ts';

/** Started from the left, stopped from the right: each needs those before it. */
const LAYERS = ['postgres', 'temporal', 'emulators', 'api', 'workers'] as const;

export type Layer = (typeof LAYERS)[number];

export class StoppingError extends Error {
  constructor() {
    super('Stopped while starting.');
    this.name = 'StoppingError';
  }
}

/** All processes of one installation, stopped in order. */
export class Stack {
  readonly #layers = new Map<Layer, Promise<Supervised>[]>(LAYERS.map(layer => [layer, []]));
  readonly #say: (line: string) => void;
  readonly #restarted: () => void;
  #stopping = false;

  constructor(say: (line: string) => void, restarted: () => void) {
    this.#say = say;
    this.#restarted = restarted;
  }

  async start(layer: Layer, spec: ProcessSpec): Promise<Supervised> {
    if (this.#stopping) throw new StoppingError();
    const starting = keepRunning(spec, { say: this.#say, restarted: this.#restarted });
    this.#layers.get(layer)?.push(starting);
    return starting;
  }

  /** Waits for what is just starting, so that nothing is left behind. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const layer of LAYERS.toReversed()) {
      await Promise.all((this.#layers.get(layer) ?? []).map(stopStarted));
    }
  }
}

async function stopStarted(starting: Promise<Supervised>): Promise<void> {
  const supervised = await starting.catch(() => undefined);
  await supervised?.stop();
}
