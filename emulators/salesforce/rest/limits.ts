import { type Answer, ok } from '../http/message.ts';
import type { Call, Route } from './call.ts';

function limits(call: Call): Answer {
  const { org, usage } = call.emulator;
  const max = org.settings.dailyApiRequests;
  const untouched = (limit: number) => ({ Max: limit, Remaining: limit });
  return ok({
    DailyApiRequests: { Max: max, Remaining: Math.max(0, max - usage.used()) },
    DailyAsyncApexExecutions: untouched(250_000),
    DailyBulkApiBatches: untouched(15_000),
    DailyBulkV2QueryJobs: untouched(10_000),
    DailyStreamingApiEvents: untouched(10_000),
    DataStorageMB: untouched(10_240),
    FileStorageMB: untouched(10_240),
    HourlyTimeBasedWorkflow: untouched(1_000),
    MassEmail: untouched(5_000),
    SingleEmail: untouched(5_000),
  });
}

export const limitRoutes: readonly Route[] = [['GET', '/limits', limits]];
