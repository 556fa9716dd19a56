/** Exchange gives item times in whole seconds of UTC. */
export const wireTime = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`;
