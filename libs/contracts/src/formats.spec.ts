import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { formats } from './formats.ts';

const ours = (text: string): boolean => formats['date-time'].validate(text);
const ajvs = addFormats.default(new Ajv2020.default(), ['date-time']).compile<string>({
  type: 'string',
  format: 'date-time',
});

const twoDigits = fc.integer({ min: 0, max: 99 }).map((number) => String(number).padStart(2, '0'));

describe('a date-time', () => {
  it('is what ajv says it is, whatever the digits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1_900, max: 2_100 }),
        fc.array(twoDigits, { minLength: 5, maxLength: 5 }),
        (y, two) => {
          const [month = '', day = '', hour = '', minute = '', second = ''] = two;
          const text = `${y}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
          expect(ours(text)).toBe(ajvs(text));
        },
      ),
    );
  });

  it('is what ajv says it is, for every day of the calendar', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        (date) => {
          expect(ours(date.toISOString())).toBe(true);
          expect(ajvs(date.toISOString())).toBe(true);
        },
      ),
    );
  });

  it.each(['2026-02-29T00:00:00.000Z', '2026-04-31T00:00:00.000Z', '2026-13-01T00:00:00.000Z', '2026-03-02', ''])(
    'is not %s',
    (text) => {
      expect(ours(text)).toBe(false);
    },
  );
});
