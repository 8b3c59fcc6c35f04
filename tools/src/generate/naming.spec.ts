import { inProse, namesOf } from './naming.mjs';

const fact = { family: 'evt', service: 'ingestion', entity: 'bar', event: 'closed', key: 'pair', major: 1 } as const;

describe('the names of a message', () => {
  it('follow from each other', () => {
    expect(namesOf(fact)).toEqual({
      name: 'BarClosed',
      path: 'ingestion/bar-closed.v1.json',
      id: 'tocsin:ingestion/bar-closed/1',
      type: 'tocsin.ingestion.bar.closed.v1',
      address: 'evt.ingestion.{tenant}.bar.{pair}.closed',
    });
  });

  it('put the verb of a request first', () => {
    const request = {
      ...fact,
      family: 'cmd',
      service: 'escalation',
      entity: 'episode',
      event: 'acknowledge',
      key: 'scope',
    } as const;
    expect(namesOf(request)).toMatchObject({
      name: 'AcknowledgeEpisode',
      path: 'escalation/acknowledge-episode.v1.json',
      address: 'cmd.escalation.{tenant}.episode.{scope}.acknowledge',
    });
  });

  it('leave open who speaks about which entity, where everybody speaks about any', () => {
    const runtime = { ...fact, service: '*', entity: '*', event: 'deadline-passed', key: 'key' };
    expect(namesOf(runtime)).toMatchObject({
      name: 'DeadlinePassed',
      path: 'envelope/deadline-passed.v1.json',
      address: 'evt.{service}.{tenant}.{entity}.{key}.deadline-passed',
    });
  });

  it('keep the edition out of the subject', () => {
    const { address, ...second } = namesOf({ ...fact, major: 2 });
    expect(address).toBe(namesOf(fact).address);
    expect(second).toMatchObject({ path: 'ingestion/bar-closed.v2.json', type: 'tocsin.ingestion.bar.closed.v2' });
  });

  it('can be read aloud', () => {
    expect(inProse(namesOf(fact).address)).toBe('evt.ingestion.<tenant>.bar.<pair>.closed');
  });
});
