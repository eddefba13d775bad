import t from 'tap';
import { minutesOfDay } from '../features/time-of-day.js';
import { Random } from './random.js';
import { drawDate, formatTime } from './sample-times.js';

t.test('times are written as the public file writes them', async (t) => {
  t.equal(formatTime(21 * 60 + 55), '21:55');
  t.equal(formatTime(8 * 60 + 10), '08:10');
  t.equal(formatTime(20 * 60), '0.833333333');
  t.equal(formatTime(12 * 60), '0.5');
  t.equal(formatTime(9 * 60), '0.375');
  t.equal(formatTime(24 * 60), '1');
  t.equal(formatTime(24 * 60 + 5), '24:05:00');
});

t.test('the pipeline reads every one of them as it was meant', async (t) => {
  const misread: string[] = [];
  for (let minutes = 60; minutes <= 24 * 60 + 15; minutes++) {
    if (minutesOfDay(formatTime(minutes)) !== minutes % (24 * 60)) misread.push(formatTime(minutes));
  }
  t.same(misread, []);
});

t.test('dates go from the first of February to the last of March, leap day included', async (t) => {
  const random = new Random(4);
  const dates = new Set(Array.from({ length: 2000 }, () => drawDate(random)));
  t.equal(dates.size, 60);
  for (const date of ['01-02-2024', '29-02-2024', '01-03-2024', '31-03-2024']) t.ok(dates.has(date), date);
});
