import { registerHooks } from 'node:module';
import { chosenMutation } from './chosen.ts';

/**
 * `node --import ./test/mutants/load.ts`: loads the product with the mutant that the environment names. A load hook
 * sees TypeScript before its types are stripped.
 */
const mutation = chosenMutation();
if (mutation)
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      if (loaded.source == null) return loaded;
      const source = mutation.of(url, Buffer.from(loaded.source as Uint8Array).toString('utf8'));
      return source === null ? loaded : { ...loaded, source };
    },
  });
