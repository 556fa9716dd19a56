import { type Answer, ok } from '../http/message.ts';
import { type Call, listOf, objectBody, type Route } from './call.ts';
import { requestOf } from './composite.ts';
import { dispatchSubrequest } from './dispatch.ts';

const MAX_SUBREQUESTS = 25;
const HALTED = {
  statusCode: 412,
  result: [{ errorCode: 'BATCH_PROCESSING_HALTED', message: 'Batch processing halted per request' }],
};

/** Independent subrequests, each counted; with `haltOnError` the first failure stops the rest. */
function batch(call: Call): Answer {
  const body = objectBody(call);
  const subrequests = listOf(body, 'batchRequests', MAX_SUBREQUESTS);
  const results: { statusCode: number; result: unknown }[] = [];
  let hasErrors = false;
  for (const { method, url, richInput } of subrequests) {
    if (hasErrors && body.haltOnError === true) {
      results.push(HALTED);
      continue;
    }
    const target = `/services/data/${String(url).replace(/^\/?(services\/data\/)?/, '')}`;
    const answer = dispatchSubrequest(
      call,
      requestOf(call, String(method).toUpperCase(), target, richInput, {}),
    );
    call.emulator.usage.add(1);
    hasErrors ||= answer.status >= 400;
    results.push({ statusCode: answer.status, result: answer.body ?? null });
  }
  call.emulator.usage.add(-1);
  return ok({ hasErrors, results });
}

export const batchRoutes: readonly Route[] = [['POST', '/composite/batch', batch]];
