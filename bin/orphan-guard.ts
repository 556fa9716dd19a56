/**
 * Loaded before every process that `tandem up` starts: when the supervisor is gone (also by `kill -9`), its end of
 * the IPC channel closes, and this process ends too.
 */
const LAST_RESORT_MS = 30_000;

process.channel?.unref();
process.on('disconnect', () => {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
});
