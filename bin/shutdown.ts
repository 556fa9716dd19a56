const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Settles at the first request to stop. Later ones change nothing: npm passes Ctrl-C on, so it arrives twice, and
 * stopping is bounded by grace periods anyway.
 */
export function stopRequested(): Promise<NodeJS.Signals> {
  return new Promise(resolve => {
    for (const signal of SIGNALS) process.on(signal, resolve);
  });
}
