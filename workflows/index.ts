export { feed } from './feed.ts';
export { fleet } from './fleet.ts';
export { pairing } from './pairing.ts';
