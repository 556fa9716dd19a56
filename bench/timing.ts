import { CAN_MEASURE_PROCESSES, cpuMsOf } from './cpu.ts';
import type { Servers } from './servers.ts';

/** How long something took, and who worked meanwhile: CPU milliseconds of this process and of those around it. */
export interface Timing {
  readonly wallMs: number;
  readonly ownCpuMs: number;
  readonly emulatorsCpuMs: number;
  readonly postgresCpuMs: number;
  readonly temporalCpuMs: number;
}

export async function timed<T>(servers: Servers, work: () => Promise<T>): Promise<Timing & { result: T }> {
  globalThis.gc?.();
  const before = others(servers);
  const ownBefore = process.cpuUsage();
  const startedMs = performance.now();
  const result = await work();
  const wallMs = performance.now() - startedMs;
  const own = process.cpuUsage(ownBefore);
  const after = others(servers);
  return {
    ...{ result, wallMs },
    ownCpuMs: (own.user + own.system) / 1_000,
    emulatorsCpuMs: after.emulators - before.emulators,
    postgresCpuMs: after.postgres - before.postgres,
    temporalCpuMs: after.temporal - before.temporal,
  };
}

function others({ graph, salesforce, postgresPid, temporalPid }: Servers) {
  const cpuMs = (pid: number) => (CAN_MEASURE_PROCESSES ? cpuMsOf(pid) : Number.NaN);
  return {
    emulators: cpuMs(graph.pid) + cpuMs(salesforce.pid),
    postgres: cpuMs(postgresPid),
    temporal: cpuMs(temporalPid),
  };
}
