import fc from 'fast-check';
import t from 'tap';
import { Compile } from 'typebox/compile';
import { FIXED } from './fixtures/generated-orders.js';
import { Order } from './order.js';
import { formatMinutesOfDay, minutesOfDay } from './time-of-day.js';

const timeOfOrder = Compile(Order.properties.Time_Orderd);
const everyMinute = Array.from({ length: 1440 }, (_, minutes) => minutes);

t.test('every minute of the day is read back from how it is written', async (t) => {
  const wrong = everyMinute.filter((minutes) => minutesOfDay(formatMinutesOfDay(minutes)) !== minutes);
  t.strictSame(wrong, []);
});

t.test('every time that is written HH:MM is written so again', async () => {
  const written = fc.stringMatching(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$/);
  fc.assert(
    fc.property(written, (time) => formatMinutesOfDay(minutesOfDay(time) ?? Number.NaN) === time),
    FIXED,
  );
});

t.test('every minute of the day is read from its fraction, of which the data set keeps nine digits', async (t) => {
  const wrong = everyMinute.filter((minutes) => {
    const fraction = (minutes / 1440).toFixed(9);
    return minutesOfDay(fraction) !== minutes || minutesOfDay(Number(fraction)) !== minutes;
  });
  t.strictSame(wrong, []);
});

t.test('every time that an order may have is understood', async () => {
  const nearTimes = fc.oneof(
    fc.stringMatching(/^[0-2]?[0-9]:[0-6][0-9](?::[0-6][0-9])?$/),
    fc.stringMatching(/^[0-2](?:\.[0-9]{0,20})?$/),
    fc.stringMatching(/^1\.0{1,30}1?$/),
    fc.double(),
    fc.double({ min: 0, max: 1 }),
  );
  fc.assert(
    fc.property(nearTimes, (time) => {
      fc.pre(timeOfOrder.Check(time));
      const minutes = minutesOfDay(time);
      return minutes !== undefined && Number.isInteger(minutes) && minutes >= 0 && minutes < 1440;
    }),
    { ...FIXED, numRuns: 5000 },
  );
});

const EXAMPLES: [time: string | number, read: string][] = [
  ['0.833333333', '20:00'],
  [0.833333333, '20:00'],
  ['0.458333333', '11:00'],
  ['1', '00:00'],
  [1, '00:00'],
  ['0', '00:00'],
  [0.9999, '00:00'],
  ['23:59:59', '23:59'],
  ['24:05:00', '00:05'],
  ['29:59', '05:59'],
  ['9:30', '09:30'],
];
for (const [time, read] of EXAMPLES) {
  t.test(`${JSON.stringify(time)} is ${read}`, async (t) => {
    const minutes = minutesOfDay(time);
    t.equal(minutes, Number(read.slice(0, 2)) * 60 + Number(read.slice(3)));
    t.equal(formatMinutesOfDay(minutes ?? Number.NaN), read);
  });
}

t.test('what is no time of day is undefined', async (t) => {
  const texts = [
    '',
    ' ',
    'NaN',
    'noon',
    ':',
    '12',
    '12:',
    '12:5',
    '12:60',
    '12:00:60',
    '30:00',
    '123:00',
    '12:00:00:00',
  ];
  const fractions = ['1.5', '2', '-0.5', '.5', '0.', '5e-1', '0x1', '1.0000001', ' 0.5', '20:00\n', '20:00 ', '+1'];
  const numbers = [-0.001, 1.001, 20, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const time of [...texts, ...fractions, ...numbers]) t.equal(minutesOfDay(time), undefined, JSON.stringify(time));
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!/^[0-9]/.test(text));
      return minutesOfDay(text) === undefined;
    }),
    FIXED,
  );
});
