import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freePort, PORT_NAMES, type Reservation, reservePorts } from '../../bin/ports.ts';

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanups.splice(0).map(cleanup => cleanup()));
});

async function reserve(...args: Parameters<typeof reservePorts>): Promise<Reservation> {
  const reservation = await reservePorts(...args);
  cleanups.push(() => reservation.releaseAll());
  return reservation;
}

async function occupiedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => once(server.close(), 'close'));
  return (server.address() as { port: number }).port;
}

test('the wanted port is taken before the one of last time', async () => {
  const [wanted, lastTime] = [await freePort(), await freePort()];
  const { ports } = await reserve({ api: wanted }, { api: lastTime, graph: lastTime });
  expect(ports).toMatchObject({ api: wanted, graph: lastTime });
});

test('an occupied port is replaced by a free one', async () => {
  const occupied = await occupiedPort();
  const { ports } = await reserve({ api: occupied }, { api: occupied });
  expect(ports.api).not.toBe(occupied);
});

test('a port that nobody asked for is none that outgoing connections are given, so that it is still free when its process starts', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, freePort));
  for (const port of ports) expect(port).toBeLessThan(32_768);
});

test('two installations that start at once get different ports', async () => {
  const [first, second] = await Promise.all([reserve({}, {}), reserve({}, {})]);
  const all = [...Object.values(first.ports), ...Object.values(second.ports)];
  expect(new Set(all).size).toBe(2 * PORT_NAMES.length);
});

test('a released port can be listened on at once', async () => {
  const reservation = await reserve({ api: await freePort() }, {});
  await reservation.release('api');
  const again = await reserve({ api: reservation.ports.api }, {});
  expect(again.ports.api).toBe(reservation.ports.api);
});
