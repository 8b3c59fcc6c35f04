import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ASYNC_API } from '@tocsin/contracts';
import { LOGGER } from '@tocsin/service-kit';
import { ERROR_CODES_PAGE, errorCodesPage } from '../../reading/error-codes.ts';
import { PROBLEMS_PAGE, problemsPage } from '../../reading/problem.ts';
import { alertmanagerDocument } from '../alertmanager/alertmanager.document.ts';
import { serveAlertmanager } from '../alertmanager/alertmanager.route.ts';
import { serveAlertmanagerHook } from '../alertmanager/hook.route.ts';
import { tradingViewDocument } from '../hooks/tradingview.document.ts';
import { serveTradingView } from '../hooks/tradingview.route.ts';
import { ProblemFilter, type DefectLog } from './problem.filter.ts';
import { limitRate } from './rate-limit.ts';
import type { Limit } from './token-buckets.ts';

/** What every route has in common: a limit, one way to say no, and documents that tell about them all. */
export function prepareHttp(app: NestFastifyApplication, limit: Limit): void {
  limitRate(app, limit);
  app.useGlobalFilters(new ProblemFilter(app.get<DefectLog>(LOGGER)));
  serveTradingView(app);
  serveAlertmanager(app);
  serveAlertmanagerHook(app);
  serveDocuments(app);
}

function serveDocuments(app: NestFastifyApplication): void {
  const about = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Tocsin')
    .setDescription(
      'Market signals, how fresh they are, and what goes wrong. Signals are information, not investment advice. ' +
        `What can go wrong with a request is told at [${PROBLEMS_PAGE}](${PROBLEMS_PAGE}), the events at [/asyncapi.json](/asyncapi.json).`,
    )
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .build();
  const document = SwaggerModule.createDocument(app, about);
  const openApi = { ...document, paths: { ...document.paths, ...alertmanagerDocument, ...tradingViewDocument } };
  SwaggerModule.setup('docs', app, openApi, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Tocsin',
  });

  const asyncApi = JSON.stringify(ASYNC_API);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/asyncapi.json', (_request, reply) => {
    void reply.type('application/json; charset=utf-8').send(asyncApi);
  });
  for (const [path, page] of [
    [PROBLEMS_PAGE, problemsPage()],
    [ERROR_CODES_PAGE, errorCodesPage()],
  ] as const)
    fastify.get(path, (_request, reply) => {
      void reply.type('text/markdown; charset=utf-8').send(page);
    });
}
