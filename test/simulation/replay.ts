import type { HttpAnswer, HttpRequest } from '../../connectors/world.ts';
import type { Disturbance } from './network.ts';

interface Part {
  readonly id: string;
  readonly url: string;
}
interface PartAnswer {
  readonly id: string;
  readonly status: number;
  body?: { value?: unknown[] };
}

/** The rows of a container's delta that were given before. */
export type DeltaMemory = Map<string, unknown[]>;

/** Keeps what deltas of graph have told, so that it can be told again. */
export function rememberRows(memory: DeltaMemory, request: HttpRequest, answer: HttpAnswer): void {
  for (const { container, answered } of deltasOf(request, answer)) {
    const rows = answered.body?.value ?? [];
    memory.set(container, [...(memory.get(container) ?? []), ...rows]);
  }
}

/** A delta of graph repeats everything that it has told of this container, as it was then (delta query: "replays"). */
export function replay(memory: DeltaMemory): Disturbance {
  return {
    name: 'replay',
    strikes: (system, request) => system === 'graph' && (request.body ?? '').includes('/delta'),
    async happen(request, send) {
      const answer = await send();
      const body = JSON.parse(answer.body) as { responses: PartAnswer[] };
      for (const { container, answered } of deltasOf(
        request,
        { ...answer, body: answer.body },
        body.responses,
      )) {
        const before = memory.get(container) ?? [];
        if (answered.body?.value) answered.body.value = [...before, ...answered.body.value];
      }
      return { ...answer, body: JSON.stringify(body) };
    },
  };
}

function deltasOf(request: HttpRequest, answer: HttpAnswer, parsed?: PartAnswer[]) {
  const { requests = [] } = (parse(request.body) ?? {}) as { requests?: Part[] };
  const { responses = [] } = parsed
    ? { responses: parsed }
    : ((parse(answer.body) ?? {}) as { responses?: PartAnswer[] });
  return requests.flatMap(({ id, url }) => {
    const container = /contactFolders\/([^/]+)\/contacts\/delta|\/contacts\/delta/.exec(url)?.[0];
    const answered = responses.find(one => one.id === id && one.status === 200);
    return container && answered ? [{ container: url.split('?')[0] ?? '', answered }] : [];
  });
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
