import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** The kernel's unit of CPU time: 1/100 s on every common Linux (proc(5), sysconf _SC_CLK_TCK). */
const MS_PER_TICK = 10;

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
}

/** Only Linux tells these figures of other processes. */
export const CAN_MEASURE_PROCESSES = existsSync('/proc/self/stat');

/** CPU time that the process and the processes it started have used so far. */
export function cpuMsOf(pid: number): number {
  const processes = readdirSync('/proc').flatMap(name =>
    /^\d+$/.test(name) ? readProcess(Number(name)) : [],
  );
  return processes
    .filter(one => one.pid === pid || one.parent === pid)
    .reduce((total, one) => total + one.cpuMs, 0);
}

/** The most memory that the process has had in RAM at once. */
export function peakMemoryMb(pid: number): number {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

/** Fields 4, 14 and 15 of proc(5)'s stat, counted behind the name, which may hold anything. */
function readProcess(pid: number): Process[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [
      { pid, parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK },
    ];
  } catch {
    return []; // ended meanwhile
  }
}
