import { describeEmulators, emulatorProcess } from './emulators.ts';
import type { Environment } from './environment.ts';
import { Home } from './home.ts';
import { portsOf, reservePorts } from './ports.ts';
import { stopRequested } from './shutdown.ts';
import { Stack } from './stack.ts';

/** Runs the emulated systems alone; what to connect with is printed as JSON. */
export async function upEmulators(environment: Environment, say: (line: string) => void): Promise<void> {
  const home = new Home(environment.TANDEM_HOME);
  home.open();
  const stop = stopRequested();
  const stack = new Stack(say, () => {});
  const reservation = await reservePorts(portsOf(environment), home.read('ports.json') ?? {});
  try {
    await reservation.releaseAll();
    await Promise.all(
      (['graph', 'salesforce'] as const).map(name =>
        stack.start('emulators', emulatorProcess(name, home, reservation.ports)),
      ),
    );
    say(JSON.stringify(await describeEmulators(reservation.ports), null, 2));
    await stop;
  } finally {
    await stack.stop();
    home.close();
  }
}
