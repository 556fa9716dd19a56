import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FOLDERS = 'activities,api,bench,bin,connectors,console,db,docs,emulators,sync,test,workflows';

export type SourceFile = { readonly path: string; readonly text: string; readonly lines: readonly string[] };

/** What people wrote: the folders of the project and the files beside them, without what is generated. */
export function filesOf(...extensions: string[]): SourceFile[] {
  const patterns = extensions.flatMap(extension => [`{${FOLDERS}}/**/*.${extension}`, `*.${extension}`]);
  return globSync(patterns, { cwd: root })
    .filter(path => !path.startsWith('package-lock'))
    .sort()
    .map(path => {
      const text = readFileSync(`${root}/${path}`, 'utf8');
      return { path, text, lines: text.trimEnd().split('\n') };
    });
}

/** `path:line` of every line that matches. */
export function linesWith(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
}
