import { proxyActivities, sleep } from '@temporalio/workflow';

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: '1m' });

/** Rests and calls an activity that does nothing: as many events per round as an idle cycle should have. */
export async function empty(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    await sleep(1);
    await nothing();
  }
}
