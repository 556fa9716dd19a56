import { sql } from 'kysely';
import { KIND_OF, MODULES } from '../sync/modules.ts';

/** The kind of record of the rows' `module`. */
export const kindOfModule = sql.raw<string>(
  `case module ${MODULES.map(module => `when '${module}' then '${KIND_OF[module]}'`).join(' ')} end`,
);
