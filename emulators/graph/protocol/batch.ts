import { z } from 'zod';
import type { LoggedSubrequest } from '../control/request-log.ts';
import type { Caller, Dispatcher, Outcome } from './dispatch.ts';
import { badRequest } from './errors.ts';
import type { GraphRequest, GraphResponse } from './exchange.ts';

const MAX_REQUESTS = 20;
/** The service sends at most this many of one batch to a mailbox at a time. */
const AT_A_TIME = 4;

const stepSchema = z.object({
  id: z.string().min(1),
  method: z.string(),
  url: z.string().min(1),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).optional(),
});
const batchSchema = z.object({ requests: z.array(stepSchema) });

type Step = z.infer<typeof stepSchema>;

interface StepAnswer {
  id: string;
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface BatchOutcome extends Outcome {
  subrequests: LoggedSubrequest[];
}

interface BatchServices {
  dispatcher: Dispatcher;
  /** Puts the answers into the order in which they leave. */
  order: <T>(answers: T[]) => T[];
  /** Completes an answer as it would leave by itself. */
  finish: (response: GraphResponse, request: GraphRequest) => GraphResponse;
}

export async function runBatch(
  body: unknown,
  caller: Caller,
  services: BatchServices,
): Promise<BatchOutcome> {
  const steps = readSteps(body);
  const answers = new Map<string, StepAnswer>();
  const mailboxes = new Set<string | undefined>();
  let truncated = false;
  for (const wave of waves(steps)) {
    await Promise.all(
      wave.map(async step => {
        const outcome = await runStep(step, answers, caller, services);
        mailboxes.add(outcome.mailbox);
        truncated ||= outcome.truncated ?? false;
        answers.set(step.id, answerOf(step, outcome.response));
      }),
    );
  }
  const [mailbox] = mailboxes;
  const responses = services.order(steps.map(({ id }) => answers.get(id)!));
  return {
    response: { status: 200, body: { responses } },
    ...(truncated ? { truncated } : {}),
    ...(mailbox !== undefined && mailboxes.size === 1 && { mailbox }),
    subrequests: steps.map(({ id, method, url }) => ({ method, url, status: answers.get(id)!.status })),
  };
}

function readSteps(body: unknown): Step[] {
  const parsed = batchSchema.safeParse(body);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badRequest(`Invalid batch payload format. ${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { requests } = parsed.data;
  if (requests.length > MAX_REQUESTS) {
    throw badRequest(`Number of batch request steps exceeds the maximum value of ${MAX_REQUESTS}.`);
  }
  const ids = new Set<string>();
  for (const step of requests) {
    if (ids.has(step.id)) throw badRequest(`Request id : ${step.id} is duplicated in the batch.`);
    const unknown = step.dependsOn?.find(dependency => !ids.has(dependency));
    if (unknown !== undefined) {
      throw badRequest(
        `Request id : ${step.id} depends on '${unknown}', which is not an earlier request of the batch.`,
      );
    }
    ids.add(step.id);
    checkStep(step);
  }
  return requests;
}

function checkStep(step: Step): void {
  if (/^https?:/i.test(step.url)) throw badRequest(`Request id : ${step.id} must have a relative URL.`);
  const contentType = headersOf(step).get('content-type');
  if (step.body !== undefined && contentType === null) {
    throw badRequest(`Write request id : ${step.id} does not contain Content-Type header or body.`);
  }
}

function headersOf(step: Step): Headers {
  try {
    return new Headers(step.headers ?? {});
  } catch {
    throw badRequest(`Request id : ${step.id} has a header that is not allowed in HTTP.`);
  }
}

/** With dependencies the requests run one by one; without, up to four per mailbox at a time. */
function* waves(steps: Step[]): Iterable<Step[]> {
  if (steps.some(step => step.dependsOn?.length)) {
    for (const step of steps) yield [step];
    return;
  }
  let waiting = steps;
  while (waiting.length > 0) {
    const taken = new Map<string, number>();
    const wave: Step[] = [];
    const later: Step[] = [];
    for (const step of waiting) {
      const mailbox = mailboxOf(step.url);
      const count = taken.get(mailbox) ?? 0;
      taken.set(mailbox, count + 1);
      (count < AT_A_TIME ? wave : later).push(step);
    }
    yield wave;
    waiting = later;
  }
}

const mailboxOf = (url: string) => /^\/?users(?:\/|\(')([^/?')]+)/i.exec(url)?.[1]?.toLowerCase() ?? '';

async function runStep(
  step: Step,
  answers: ReadonlyMap<string, StepAnswer>,
  caller: Caller,
  { dispatcher, finish }: BatchServices,
): Promise<Outcome> {
  const failed = step.dependsOn?.some(id => answers.get(id)!.status >= 400);
  const request: GraphRequest = {
    method: step.method.toUpperCase(),
    target: step.url.startsWith('/') ? step.url : `/${step.url}`,
    headers: headersOf(step),
    body: step.body,
  };
  const outcome: Outcome = failed
    ? { response: FAILED_DEPENDENCY }
    : await dispatcher.dispatch(request, { ...caller, subrequest: true });
  return { ...outcome, response: finish(outcome.response, request) };
}

const FAILED_DEPENDENCY: GraphResponse = {
  status: 424,
  body: {
    error: {
      code: 'FailedDependency',
      message: 'The request was not executed because one of its dependencies failed.',
    },
  },
};

function answerOf({ id }: Step, { status, headers, body }: GraphResponse): StepAnswer {
  return { id, status, ...(headers && { headers }), ...(body !== undefined && { body }) };
}
