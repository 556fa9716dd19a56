import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Environment, environmentForChild } from './environment.ts';
import { runWithProgress } from './progress.ts';
import { cacheFolder, findOnPath } from './temporal-binary.ts';

/** Temporal's time-skipping test server is a Java program; Maven has it with all it needs. */
const VERSION = '1.32.1';
const MAIN_CLASS = 'io.temporal.testserver.TestServer';

type Say = (line: string) => void;

/** An executable that takes a port and flags, as the SDK starts its own download; undefined when there is none. */
export function findTestServer(environment: Environment): string | undefined {
  if (environment.TEMPORAL_TEST_SERVER) return environment.TEMPORAL_TEST_SERVER;
  const cached = join(cachedTestServer(environment), 'temporal-test-server');
  return existsSync(cached) && findOnPath('java', environment) ? cached : undefined;
}

/** Tests that need it are skipped without it, each with this reason; so a failure here is told and no more. */
export async function provideTestServer(environment: Environment, say: Say): Promise<void> {
  if (findTestServer(environment)) return;
  const maven = findOnPath('mvn', environment);
  if (!maven || !findOnPath('java', environment)) {
    say(`No time-skipping test server: ${WITHOUT_TEST_SERVER}`);
    return;
  }
  try {
    say("Fetching Temporal's time-skipping test server with Maven …");
    await fetchInto(cachedTestServer(environment), maven, say);
  } catch (error) {
    say(`No time-skipping test server: ${(error as Error).message}\n${WITHOUT_TEST_SERVER}`);
  }
}

export const WITHOUT_TEST_SERVER =
  'tests that skip time are left out; install Java and Maven, or set TEMPORAL_TEST_SERVER to its executable.';

async function fetchInto(target: string, maven: string, say: Say): Promise<void> {
  mkdirSync(dirname(target), { recursive: true });
  const draft = mkdtempSync(`${target}-draft-`);
  try {
    writeFileSync(join(draft, 'pom.xml'), pom());
    await runWithProgress({
      command: maven,
      args: [
        '-q',
        '-B',
        '-f',
        join(draft, 'pom.xml'),
        'dependency:copy-dependencies',
        `-DoutputDirectory=${draft}/jars`,
      ],
      environment: environmentForChild({}),
      progress: seconds => say(`  still fetching, ${seconds} s …`),
    });
    const script = join(draft, 'temporal-test-server');
    writeFileSync(script, `#!/bin/sh\nexec java -cp "$(dirname "$0")/jars/*" ${MAIN_CLASS} "$@"\n`);
    chmodSync(script, 0o755);
    if (!existsSync(target)) renameSync(draft, target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function cachedTestServer(environment: Environment): string {
  return join(cacheFolder(environment), `temporal-test-server-${VERSION}`);
}

function pom(): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tandem</groupId>
  <artifactId>time-skipping</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`;
}
