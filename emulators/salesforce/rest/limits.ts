import { usedBytes } from '../files/storage.ts';
import { type Answer, ok } from '../http/message.ts';
import type { Org } from '../org.ts';
import type { Call, Route } from './call.ts';

const MB = 1024 ** 2;

function fileStorage(org: Org): object {
  const max = org.settings.files.storageBytes;
  const remaining = Math.max(0, max - usedBytes(org));
  return { Max: Math.floor(max / MB), Remaining: Math.floor(remaining / MB) };
}

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
    FileStorageMB: fileStorage(org),
    HourlyTimeBasedWorkflow: untouched(1_000),
    MassEmail: untouched(5_000),
    SingleEmail: untouched(5_000),
  });
}

export const limitRoutes: readonly Route[] = [['GET', '/limits', limits]];
