import { beforeAll, describe, expect, it } from 'vitest';
import { bundleOf } from './worker.ts';

/** Every cached workflow evaluates the whole bundle again, so what stands in it costs memory for each (ARCHITECTURE.md section 8). */
const LARGEST_BYTES = 2_000_000;

describe('the bundle of the workflows', () => {
  let code: string;

  beforeAll(async () => {
    ({ code } = await bundleOf());
  });

  it('stays small', () => {
    expect(Buffer.byteLength(code.replace(/\n\/\/# sourceMappingURL=.*/, ''))).toBeLessThan(LARGEST_BYTES);
  });

  it('has what it needs', () => {
    expect(code).toContain('./workflows/pairing.ts');
  });

  it.each(['zod', 'temporal-polyfill', 'pg', 'kysely', 'undici', 'pino'])('has no %s', name => {
    expect(code).not.toContain(`node_modules/${name}/`);
  });

  it('has no module of Node and nothing of ours but workflows', () => {
    expect(code).not.toMatch(/require\(["']node:|from ["']node:/);
    const own = [...code.matchAll(/^\/\*\*\*\/ "\.\/(\w+)\/[^"]+\.ts"$/gm)].map(([, folder]) => folder);
    expect(new Set(own)).toEqual(new Set(['workflows']));
  });
});
