import type { IncidentClosed, IncidentOpened, Recorded } from '@tocsin/contracts';
import { keptAsJson, type LocalModel } from '@tocsin/event-log';
import { aboutRelease } from './scope.ts';

export type IncidentFact = IncidentOpened | IncidentClosed;

/** The incidents of a release that are open, by their ids. */
export type ReleaseRecord = Readonly<Record<string, Pick<IncidentOpened['data'], 'severity' | 'because'>>>;

/** What is wrong with each release: it is over when the last of its incidents is closed. Keys are scopes. */
export const releaseRecords: LocalModel<ReleaseRecord, IncidentFact> = {
  name: 'release-record',
  hears: ['IncidentOpened', 'IncidentClosed'],
  keyOf: ({ data }) => aboutRelease(data).scope,
  fold(record = {}, { type, data }: Recorded<IncidentFact>) {
    const { incidentId } = data;
    const others = Object.fromEntries(Object.entries(record).filter(([id]) => id !== incidentId));
    if (type === 'IncidentClosed') return others;
    const { severity, because } = data;
    return { ...others, [incidentId]: { severity, because } };
  },
  ...keptAsJson({ table: 'release_record', key: 'scope', value: 'incidents' }),
};
