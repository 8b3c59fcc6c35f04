import { instant, plusMs } from '@tocsin/domain-kit';
import { ServiceClock } from './service-clock.ts';

const noon = instant('2026-03-02T12:00:00.000Z');
const minutes = (count: number) => plusMs(noon, count * 60_000);
const wallAt = (at: string) => () => Date.parse(at);

describe('the clock of a service in production', () => {
  it('is the wall clock once every lane is at its head', () => {
    const clock = new ServiceClock('wall', wallAt(noon));
    clock.setBehind('ingestion', false);
    expect(clock.now()).toBe(noon);
  });

  it('is the smallest time last heard on the lanes that are behind, so that no deadline overtakes an unheard fact', () => {
    const clock = new ServiceClock('wall', wallAt(noon));
    clock.setBehind('ingestion', true);
    clock.setBehind('analysis', true);
    clock.hear('ingestion', minutes(-10));
    clock.hear('analysis', minutes(-30));
    expect(clock.now()).toBe(minutes(-30));
    clock.setBehind('analysis', false);
    expect(clock.now()).toBe(minutes(-10));
  });

  it('lets deadlines pass before a fact only up to the time of that fact', () => {
    const clock = new ServiceClock('wall', wallAt(noon));
    expect(clock.hear('ingestion', minutes(-5))).toBe(minutes(-5));
  });
});

describe('the clock of a service in accelerated history', () => {
  it("is the newest time heard from the time-keeper, and nobody else's", () => {
    const clock = new ServiceClock('accelerated', wallAt(noon));
    clock.hear('ingestion', minutes(1));
    clock.hear('analysis', minutes(9));
    clock.hear('ingestion', minutes(0));
    expect(clock.now()).toBe(minutes(1));
  });

  it('goes on after a restart from where it was', () => {
    const clock = new ServiceClock('accelerated', wallAt(noon));
    clock.goOnFrom(minutes(3));
    expect(clock.now()).toBe(minutes(3));
  });

  it('goes on from where another instance left off, even when it was further itself', () => {
    const clock = new ServiceClock('accelerated', wallAt(noon));
    clock.hear('ingestion', minutes(9));
    clock.goOnFrom(minutes(4));
    expect(clock.now()).toBe(minutes(4));
  });

  it('goes back when the step that moved it did not commit', () => {
    const clock = new ServiceClock('accelerated', wallAt(noon));
    clock.goOnFrom(minutes(1));
    const goBack = clock.mark();
    clock.hear('ingestion', minutes(2));
    goBack();
    expect(clock.now()).toBe(minutes(1));
  });
});
