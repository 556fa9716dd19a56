import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { renderPolicyOptions } from '../../docs/policy-options.ts';
import { filesOf } from './tree.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const documents = filesOf('md');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('documents', () => {
  test('the catalogue of policy options is current: `npm run docs` makes it', () => {
    expect(read('docs/policy-options.md')).toBe(renderPolicyOptions());
  });

  test('the README has every variable of the environment, and no other', () => {
    const known =
      read('bin/environment.ts').match(/(?<=^ {2})(TANDEM|TEMPORAL|DATABASE|XDG)_\w+(?=:)/gm) ?? [];
    const told = read('README.md').match(/(?<=^\| `)[A-Z_]+(?=`)/gm) ?? [];
    expect(known.length).toBeGreaterThan(20);
    expect(told.toSorted()).toEqual(known.toSorted());
  });

  test('name files that exist', () => {
    const astray = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map(([, target = '']) => join(dirname(path), target))
        .filter(target => !existsSync(join(root, target)))
        .map(target => `${path}: ${target}`),
    );
    expect(astray).toEqual([]);
  });

  test('name routes that exist', async () => {
    const routes = new Set(
      filesOf('ts')
        .filter(({ path }) => path.startsWith('api/'))
        .flatMap(({ text }) => [...text.matchAll(/path: '(\/[^']*)'/g)])
        .map(([, route = '']) => route.replaceAll(/\{\w+\}/g, '{}')),
    );
    const told = documents
      .filter(({ path }) => !path.startsWith('emulators/') && path !== 'docs/emulators.md')
      .flatMap(({ path, text }) =>
        [...text.matchAll(/`(?:GET|POST|PATCH|DELETE) \/v1(\/[^`? ]*)/g)].map(([, route = '']) => ({
          path,
          route,
        })),
      );
    expect(told.length).toBeGreaterThan(5);
    expect(told.filter(({ route }) => !routes.has(route.replaceAll(/\{\w+\}/g, '{}')))).toEqual([]);
  });

  test('comments name sections of ARCHITECTURE.md that exist', () => {
    const sections = new Set(read('ARCHITECTURE.md').match(/(?<=^## )\d+/gm));
    const told = filesOf('ts', 'mjs', 'cjs', 'sql').flatMap(({ path, text }) =>
      [...text.matchAll(/ARCHITECTURE\.md,? section (\d+)/g)].map(([, number = '']) => ({ path, number })),
    );
    expect(told.length).toBeGreaterThan(0);
    expect(told.filter(({ number }) => !sections.has(number))).toEqual([]);
  });
});
