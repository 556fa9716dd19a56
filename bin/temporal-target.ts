import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type Environment, EnvironmentError, TEMPORAL_VARIABLES } from './environment.ts';

export const DEFAULT_NAMESPACE = 'default';

/** Where Temporal is and how to sign in there: for clients and workers alike. */
export type TemporalTarget = {
  readonly connection: ReturnType<typeof loadClientConnectConfig>['connectionOptions'] & {
    readonly address: string;
  };
  readonly namespace: string;
};

/**
 * Reads TLS, API key and profiles as all of Temporal's own tools do
 * (https://docs.temporal.io/develop/environment-configuration). A configuration file is read only when a variable asks
 * for it: what a person has set up for the command line says nothing about a server.
 */
export function temporalTarget(environment: Environment): TemporalTarget {
  const { connectionOptions, namespace } = load(environment);
  const { address } = connectionOptions;
  if (!address)
    throw new EnvironmentError(['TEMPORAL_ADDRESS: is required, or a TEMPORAL_PROFILE that has an address']);
  return { connection: { ...connectionOptions, address }, namespace: namespace ?? DEFAULT_NAMESPACE };
}

/** Whether somebody else runs the server. */
export function hasTemporalTarget(environment: Environment): boolean {
  return Boolean(environment.TEMPORAL_ADDRESS || usesFile(environment));
}

function usesFile(environment: Environment): boolean {
  return Boolean(environment.TEMPORAL_PROFILE || environment.TEMPORAL_CONFIG_FILE);
}

function load(environment: Environment): ReturnType<typeof loadClientConnectConfig> {
  const variables = Object.fromEntries(
    TEMPORAL_VARIABLES.flatMap(name => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  try {
    return loadClientConnectConfig({
      disableFile: !usesFile(environment),
      overrideEnvVars: variables,
      ...(environment.TEMPORAL_PROFILE && { profile: environment.TEMPORAL_PROFILE }),
    });
  } catch (error) {
    throw new EnvironmentError([`TEMPORAL_PROFILE and its variables: ${(error as Error).message}`]);
  }
}
