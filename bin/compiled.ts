import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import type { Environment } from './environment.ts';
import { cacheFolder } from './temporal-binary.ts';

/** Compiling is most of a start: what was compiled is kept for the next one, of this process and of those that it starts. */
export function keepCompiled(environment: Environment): void {
  process.env.NODE_COMPILE_CACHE ??= join(cacheFolder(environment), 'compiled');
  enableCompileCache(process.env.NODE_COMPILE_CACHE);
}
