import { type ChildProcess, fork } from 'node:child_process';
import type { Answer, Case } from './case.ts';

const WORKER = new URL('./worker.ts', import.meta.url);

/** Processes that examine cases side by side. */
export class Workers {
  readonly #processes: readonly ChildProcess[];

  constructor(count: number) {
    // Preloaded modules come in through the environment, if any: a mutant does.
    this.#processes = Array.from({ length: count }, () => fork(WORKER, { execArgv: [] }));
  }

  /** All of them, in any order, until `told` says that it is enough. */
  async examine(
    cases: readonly Case[],
    told: (one: Case, answer: Answer) => 'enough' | 'go on',
  ): Promise<void> {
    const left = cases.values();
    let isEnough = false;
    const work = async (child: ChildProcess) => {
      for (const one of left) {
        if (told(one, await answerOf(child, one)) === 'enough') isEnough = true;
        if (isEnough) return;
      }
    };
    await Promise.all(this.#processes.map(work));
  }

  dismiss(): void {
    for (const child of this.#processes) child.kill('SIGKILL');
  }
}

/** Throws when the process ends instead. */
async function answerOf(child: ChildProcess, one: Case): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const onExit = (code: number | null, signal: string | null) =>
    reject(new Error(`A process ended with ${signal ?? `exit code ${code}`} in ${JSON.stringify(one)}.`));
  const onMessage = (answer: unknown) => resolve(answer as Answer);
  child.on('message', onMessage).on('exit', onExit);
  child.send(one);
  try {
    return await promise;
  } finally {
    child.off('message', onMessage).off('exit', onExit);
  }
}
