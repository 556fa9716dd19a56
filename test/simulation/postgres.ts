import { openDatabase } from '../../db/database.ts';
import { copyTemplate } from '../setup/template.ts';
import type { OpenStore } from './platform.ts';

/** A fresh database on a real server, which has the template of test/setup; it is dropped when the run closes it. */
export function onServer(adminUrl: string): OpenStore {
  return async options => {
    const fresh = await copyTemplate(adminUrl);
    const database = openDatabase({ ...options, url: fresh.applicationUrl });
    return {
      ...database,
      async close() {
        await database.close();
        await fresh.drop();
      },
    };
  };
}
