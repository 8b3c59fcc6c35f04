import type { ClockAdvanced } from '@tocsin/contracts';
import { instant, type Instant } from '@tocsin/domain-kit';
import { specify } from '@tocsin/testkit';
import { clockDecider, type AdvanceClock } from './clock.decider.ts';

const { given } = specify(clockDecider);

const ten = instant('2014-05-06T10:00:00Z');
const eleven = instant('2014-05-06T11:00:00Z');
const because = 'A bar was due.';
const advance = (now: Instant): AdvanceClock => ({ type: 'AdvanceClock', data: { now, because } });
const advanced = (now: Instant): ClockAdvanced => ({ type: 'ClockAdvanced', data: { clock: 'virtual', now, because } });

describe('the virtual clock', () => {
  it('says what it has come to', () => {
    given().when(advance(ten)).then(advanced(ten));
    given(advanced(ten)).when(advance(eleven)).then(advanced(eleven));
  });

  it('never goes back, nor says a moment twice', () => {
    given(advanced(eleven)).when(advance(eleven)).thenNothing();
    given(advanced(eleven)).when(advance(ten)).thenNothing();
  });
});
