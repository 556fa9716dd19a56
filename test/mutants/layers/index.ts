import type { Layer } from './layer.ts';
import { namedTest } from './named-test.ts';

/** The cheapest first. */
export const layers: readonly Layer[] = [namedTest];
