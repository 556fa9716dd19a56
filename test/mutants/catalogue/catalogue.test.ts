import { existsSync, readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../chosen.ts';
import { mutate } from '../mutant.ts';
import { catalogue } from './index.ts';

const inProject = (path: string) => join(PROJECT_ROOT, path);

describe('the catalogue of mutants', () => {
  test('has names that tell them apart', () => {
    expect(catalogue.length).toBeGreaterThanOrEqual(24);
    const names = catalogue.map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.filter(name => !/^[a-z]+(-[a-z0-9]+)+$/.test(name))).toEqual([]);
  });

  test('is spread over the product', () => {
    const folders = new Set(catalogue.map(({ file }) => file.split('/')[0]));
    expect([...folders].sort()).toEqual(['activities', 'connectors', 'db', 'sync']);
  });

  test.each(catalogue)('$name fits its source, which still parses', mutant => {
    const source = readFileSync(inProject(mutant.file), 'utf8');
    const changed = mutate(source, mutant);
    expect(changed).not.toBe(source);
    expect(() => stripTypeScriptTypes(changed)).not.toThrow();
    expect(existsSync(inProject(mutant.test.file)), mutant.test.file).toBe(true);
  });

  test('says so when the source has changed under a mutant', () => {
    const [mutant] = catalogue;
    expect(() => mutate('nothing of it', mutant!)).toThrow(/occurs 0 times in .* Adapt it/);
    expect(() => mutate(`${mutant!.find}\n${mutant!.find}`, mutant!)).toThrow(/occurs 2 times/);
  });
});
