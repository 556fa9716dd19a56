import { batchRoutes } from './batch.ts';
import { blobRoutes } from './blobs.ts';
import { collectionRoutes } from './collections.ts';
import { compositeRoutes } from './composite.ts';
import { describeRoutes } from './describe.ts';
import { register } from './dispatch.ts';
import { limitRoutes } from './limits.ts';
import { queryRoutes } from './queries.ts';
import { recordRoutes } from './records.ts';
import { replicationRoutes } from './replication.ts';
import { searchRoutes } from './search.ts';
import { treeRoutes } from './tree.ts';
import { upsertRoutes } from './upsert.ts';

register([
  ...queryRoutes,
  ...describeRoutes,
  ...replicationRoutes,
  ...recordRoutes,
  ...blobRoutes,
  ...upsertRoutes,
  ...collectionRoutes,
  ...compositeRoutes,
  ...batchRoutes,
  ...treeRoutes,
  ...limitRoutes,
  ...searchRoutes,
]);

export { dispatch, routeOf } from './dispatch.ts';
