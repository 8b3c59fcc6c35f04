import { createDatabase } from '@tocsin/local-servers';
import { until } from '../house/patience.ts';
import { Services } from '../house/services.ts';
import type { Round } from './scene.ts';

const NOTICED_WITHIN_MS = 30_000;
const WHY = /belongs to another stack/;

/** A second stack with a database of its own finds the first one's log. It must not begin, and the first must not notice. */
export const twoDatabases: Round = {
  kind: 'second-stack-two-databases',
  async play(scene) {
    const { house } = scene;
    const second = await createDatabase(house.databaseUrl);
    const { directory, settings, receivers, natsUrl } = house;
    const services = new Services({ directory, settings, receivers, natsUrl, databaseUrl: second.url });
    try {
      await house.setUp(second.url).then(
        () => {
          throw new Error('the set-up of the second stack succeeded');
        },
        (error: unknown) => {
          if (!(error instanceof Error && WHY.test(error.message))) throw error;
        },
      );
      services.start('ingestion');
      await until('the second stack says what is wrong', () => services.hopeless.length > 0, NOTICED_WITHIN_MS);
      if (!services.hopeless.every((why) => WHY.test(why))) throw new Error(services.hopeless.join('\n'));
      scene.countHalt();
    } finally {
      await services.stopAll();
      await second.drop();
    }
    await scene.flow('ingestion', 5);
  },
};
