import { badRequest } from '../protocol/errors.ts';
import { canonicalPropertyId, type ExtendedProperties, isMultiValue } from '../store/extended-properties.ts';

/** What `$expand` asked for, by canonical property id. */
export interface Expansion {
  singleValue: Set<string> | undefined;
  multiValue: Set<string> | undefined;
}

const SINGLE = 'singlevalueextendedproperties';
const MULTI = 'multivalueextendedproperties';
const ID_CLAUSE = /^id\s+eq\s+'((?:[^']|'')*)'$/i;

export function parseExpand(expand: string | undefined, typeName: string): Expansion {
  const expansion: Expansion = { singleValue: undefined, multiValue: undefined };
  if (expand === undefined) return expansion;
  for (const part of splitOutsideParentheses(expand)) {
    const [, name = '', options] = /^\s*([\w.]+)\s*(?:\((.*)\))?\s*$/s.exec(part) ?? [];
    if (name.toLowerCase() === SINGLE) expansion.singleValue = propertyIds(options, name);
    else if (name.toLowerCase() === MULTI) expansion.multiValue = propertyIds(options, name);
    else {
      throw badRequest(
        `Parsing OData Select and Expand failed: Could not find a property named '${name || part}' on type '${typeName}'.`,
      );
    }
  }
  return expansion;
}

/** Exchange gives extended properties only when they are named. */
function propertyIds(options: string | undefined, name: string): Set<string> {
  const filter = options === undefined ? undefined : /^\s*\$filter\s*=\s*(.+)$/is.exec(options)?.[1];
  if (filter === undefined) {
    throw badRequest(`The expand of '${name}' needs a $filter with the ids of the wanted properties.`);
  }
  return new Set(
    filter
      .trim()
      .split(/\s+or\s+/i)
      .map(clause => {
        const inner = clause
          .trim()
          .replace(/^\(+/, '')
          .replace(/(')\)+$/, '$1');
        const id = ID_CLAUSE.exec(inner)?.[1]?.replaceAll("''", "'");
        if (id === undefined) throw badRequest(`Invalid filter clause: '${clause.trim()}'.`);
        return requirePropertyId(id);
      }),
  );
}

export function requirePropertyId(id: string): string {
  const canonical = canonicalPropertyId(id);
  if (canonical === undefined) {
    throw badRequest(
      `The property id '${id}' is invalid: it must have the form '{type} {guid} Name|Id {name}' or '{type} {tag}'.`,
    );
  }
  return canonical;
}

function splitOutsideParentheses(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let quoted = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "'") quoted = !quoted;
    if (quoted) continue;
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}

/** The expanded properties that an entity has; without any, the member is left out, as the service does. */
export function renderExpansion(expansion: Expansion, extended: ExtendedProperties): Record<string, unknown> {
  const named = (ids: Set<string>, multi: boolean) =>
    [...ids]
      .filter(id => extended[id] !== undefined && isMultiValue(id) === multi)
      .map(id => ({ id, value: extended[id] }));
  const single = expansion.singleValue ? named(expansion.singleValue, false) : [];
  const multi = expansion.multiValue ? named(expansion.multiValue, true) : [];
  return {
    ...(single.length > 0 && { singleValueExtendedProperties: single }),
    ...(multi.length > 0 && { multiValueExtendedProperties: multi }),
  };
}
