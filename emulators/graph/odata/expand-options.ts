import { badRequest } from '../protocol/errors.ts';
import { propertyNamed } from '../protocol/schema.ts';
import { type Expression, parseFilter } from './filter-parser.ts';
import { parseSelect } from './select.ts';

/** What stands in parentheses behind a collection that is expanded. */
export interface ExpandOptions {
  filter?: Expression;
  selected?: ReadonlySet<string>;
  top?: number;
  expand?: string;
}

const OPTION = /^\s*(\$\w+)\s*=\s*(.*)$/s;
const CAST = /^(microsoft\.graph\.\w+)\/(\w+)$/i;

/** `$filter`, `$select` and `$top`, and `$expand` where the elements have something to expand. */
export function parseExpandOptions(
  text: string | undefined,
  typeName: string,
  expands: boolean,
): ExpandOptions {
  const options: ExpandOptions = {};
  if (text === undefined || text.trim() === '') return options;
  for (const part of splitOutsideParentheses(text, ';')) {
    const [, name = '', value = ''] = OPTION.exec(part) ?? [];
    if (name === '$filter') options.filter = parseFilter(value);
    else if (name === '$select') options.selected = selectedOf(value, typeName);
    else if (name === '$top' && /^\d+$/.test(value)) options.top = Number(value);
    else if (name === '$expand' && expands) options.expand = value;
    else throw badRequest(`The option '${part.trim()}' is not supported inside an expand.`);
  }
  return options.selected && options.expand
    ? { ...options, selected: new Set([...options.selected, ...expandedNames(options.expand, typeName)]) }
    : options;
}

/** What is expanded is shown whether it is selected or not. */
const expandedNames = (expand: string, typeName: string) =>
  splitOutsideParentheses(expand, ',').flatMap(
    part => propertyNamed(/^\s*(\w*)/.exec(part)?.[1] ?? '', typeName) ?? [],
  );

/** What only one kind of elements has is selected through a cast to it. */
function selectedOf(text: string, typeName: string): ReadonlySet<string> {
  const names = text.split(',').map(name => name.trim());
  return new Set(
    names.flatMap(name => {
      const [, castType = typeName, member = name] = CAST.exec(name) ?? [];
      return [...(parseSelect(member, castType) ?? [])];
    }),
  );
}

export function splitOutsideParentheses(text: string, separator: ',' | ';'): string[] {
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
    if (character === separator && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
