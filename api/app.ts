import { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { serveApiKeys } from './api-keys.ts';
import { serveAudit } from './audit-log.ts';
import { authenticate } from './auth.ts';
import { serveCodec } from './codec.ts';
import { serveConnectionTest } from './connection-test.ts';
import { serveConnections } from './connections.ts';
import { serveCycles } from './cycles.ts';
import type { Api, ApiEnv, Deps } from './deps.ts';
import { serveDirectory } from './directory.ts';
import { serveDocs } from './docs.ts';
import { answerFailures, refuseInvalid, tooLarge } from './failures.ts';
import { serveHealth } from './health.ts';
import { serveHeldDeletions } from './held-deletions.ts';
import { onlyAllowedHosts } from './hosts.ts';
import { idempotent } from './idempotency.ts';
import { serveItemActions } from './item-actions.ts';
import { serveItems } from './items.ts';
import { createMetrics, serveMetrics } from './metrics.ts';
import { serveNotifications } from './notifications.ts';
import { serveOpenApi } from './openapi.ts';
import { serveOperations } from './operations.ts';
import { serveOrganization } from './organization.ts';
import { serveOrganizations } from './organizations.ts';
import { servePairingActions } from './pairing-actions.ts';
import { servePairings } from './pairings.ts';
import { servePolicies } from './policies.ts';
import { servePolicyLife } from './policy-life.ts';
import { Problem, problemResponse } from './problem.ts';
import { createRecordUrls } from './record-urls.ts';
import { withRequestId } from './request-id.ts';
import { securityHeaders } from './security-headers.ts';
import { serveUnmatchedAddresses } from './unmatched-addresses.ts';
import { serveUnmatchedDecisions } from './unmatched-decisions.ts';

const largestBodyBytes = 1024 * 1024;

/** The whole REST API: `/v1` behind a key, and health, metrics and documentation beside it (OPS-1). */
export function createApp(deps: Deps): Api {
  const app: Api = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  const metrics = createMetrics();
  app.onError(answerFailures(deps));
  app.notFound(c =>
    problemResponse(
      new Problem('not_found', 'There is no such route.', { fix: 'See /docs.' }),
      c.var.requestId,
    ),
  );
  app.use(withRequestId(deps), metrics.observe, securityHeaders, onlyAllowedHosts(deps));
  app.use(
    '/v1/*',
    bodyLimit({
      maxSize: largestBodyBytes,
      onError: () => {
        throw tooLarge();
      },
    }),
    authenticate(deps),
    idempotent(deps),
  );
  serveResources(app, deps);
  serveHealth(app, deps);
  serveMetrics(app, metrics);
  serveCodec(app, deps);
  serveOpenApi(app);
  serveDocs(app);
  return app;
}

function serveResources(app: Api, deps: Deps): void {
  const v1: Api = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  for (const serve of [
    serveOrganizations,
    serveOrganization,
    serveApiKeys,
    serveConnections,
    serveConnectionTest,
    serveDirectory,
    servePolicies,
    servePolicyLife,
    servePairings,
    servePairingActions,
    serveOperations,
    serveCycles,
    serveHeldDeletions,
    serveNotifications,
    serveAudit,
  ]) {
    serve(v1, deps);
  }
  const recordUrls = createRecordUrls(deps);
  serveItems(v1, deps, recordUrls);
  serveItemActions(v1, deps, recordUrls);
  serveUnmatchedAddresses(v1, deps, recordUrls);
  serveUnmatchedDecisions(v1, deps, recordUrls);
  app.route('/v1', v1);
}
