import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesOf, linesWith } from './tree.ts';

const LONGEST_FILE_LINES = 400;

const sources = filesOf('ts', 'mjs', 'cjs');
const product = sources.filter(({ path }) => !/^(bench|bin|test)\//.test(path));
const everything = filesOf(
  'ts',
  'mjs',
  'cjs',
  'json',
  'md',
  'yml',
  'yaml',
  'sh',
  'sql',
  'tsv',
  'css',
  'html',
);
const outsideStyle = everything.filter(({ path }) => !path.startsWith('test/style/'));

describe('sources', () => {
  test('are found', () => {
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.map(({ path }) => path)).toContain('bin/environment.ts');
  });

  test('say in their names what is in them', () => {
    const catchAll = /^(utils?|helpers?|libs?|common|misc|shared|stuff|tools?)([.-]|$)/;
    const folders = sources.filter(({ path }) => path.split('/').some(part => catchAll.test(part)));
    expect(folders.map(({ path }) => path)).toEqual([]);
  });

  test(`are no longer than ${LONGEST_FILE_LINES} lines`, () => {
    const long = sources.filter(({ lines }) => lines.length > LONGEST_FILE_LINES);
    expect(long.map(({ path, lines }) => `${path}: ${lines.length}`)).toEqual([]);
  });

  test('leave the environment to bin/', () => {
    const readers = product.filter(({ path }) => !/^emulators\/[^/]+\/main\.ts$/.test(path));
    expect(linesWith(readers, /process\.env\b/)).toEqual([]);
  });

  test('import types at their top, where the rules of imports see them', () => {
    expect(linesWith(sources, /[:<|&,(]\s*import\(['"][^'"]+['"]\)\.(?!then|catch|finally)/)).toEqual([]);
  });

  test('leave nothing undone and skip no test unseen', () => {
    expect(linesWith(outsideStyle, /\b(TODO|FIXME|XXX|HACK)\b/)).toEqual([]);
    expect(linesWith(sources, /\b(test|it|describe)\.(only|todo)\b/)).toEqual([]);
  });

  test('keep rules of the linter on, or say why not', () => {
    expect(linesWith(sources, /@ts-(ignore|nocheck)|biome-ignore [^:]*:?\s*$/)).toEqual([]);
  });

  test('know neither package registries nor folders of one machine', () => {
    const registry = /registry\.(npmjs|yarnpkg)|"resolved": "http|proxy\.golang\.org|repo1?\.maven/;
    const folder = /(^|[\s'"`(=:])\/(home|root|Users|work|tmp|mnt|opt)\/[\w.-]/;
    expect(linesWith(outsideStyle, registry)).toEqual([]);
    expect(linesWith(outsideStyle, folder)).toEqual([]);
  });

  test('name requirements that exist', () => {
    const known = new Set(
      everything.find(({ path }) => path === 'docs/requirements.md')?.text.match(/(?<=^\| )[A-Z]+-\d+/gm),
    );
    expect(known.size).toBeGreaterThan(60);
    const areas = [...new Set([...known].map(id => id.split('-')[0]))].join('|');
    const unknown = everything.flatMap(({ path, text }) =>
      [...text.matchAll(new RegExp(`\\b(?:${areas})-\\d+\\b`, 'g'))]
        .filter(([id]) => !known.has(id))
        .map(([id]) => `${path}: ${id}`),
    );
    expect(unknown).toEqual([]);
  });

  test('test files end in .test.ts and stand in test/', () => {
    const astray = sources.filter(({ path }) => /\.(test|spec)\./.test(basename(path)));
    expect(astray.filter(({ path }) => !/^test\/.*\.test\.ts$/.test(path))).toEqual([]);
  });
});
