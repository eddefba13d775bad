/** The sample's dates and times of day, written as the public data set writes them. */
import { type Random, Weighted } from './random.js';

const MINUTES_PER_HOUR = 60;
const HOURS_PER_DAY = 24;

/** Orders by the hour in which they are placed: a morning, a quiet noon, a long evening. */
const HOURS = new Weighted<number>([
  ...[8, 9, 10, 11].map((hour) => [hour, 4.5] as const),
  ...[12, 13, 14, 15, 16].map((hour) => [hour, 1.8] as const),
  ...[17, 18, 19, 20, 21, 22, 23].map((hour) => [hour, 10.4] as const),
]);
/** Orders are noted to five minutes, never at five past; the full hour ends an hour here. */
const MINUTES_OF_HOUR = { first: 2, last: 12, step: 5 };

/** 1 February to 31 March 2024, a leap year: month, and its number of days. */
const MONTHS = [
  { month: '02', days: 29 },
  { month: '03', days: 31 },
];
const YEAR = '2024';

/** When an order was placed, minutes after midnight: 08:10 to 24:00. */
export function drawOrderTime(random: Random): number {
  const { first, last, step } = MINUTES_OF_HOUR;
  return random.pick(HOURS) * MINUTES_PER_HOUR + random.integer(first, last) * step;
}

/** When it was picked up, minutes after the midnight before it was placed: five, ten or fifteen minutes later. */
export function drawPickupTime(random: Random, orderTime: number): number {
  return orderTime + random.integer(1, 3) * 5;
}

/** A day, dd-mm-yyyy. */
export function drawDate(random: Random): string {
  let day = random.integer(
    1,
    MONTHS.reduce((sum, { days }) => sum + days, 0),
  );
  for (const { month, days } of MONTHS) {
    if (day <= days) return `${String(day).padStart(2, '0')}-${month}-${YEAR}`;
    day -= days;
  }
  throw new RangeError(`There is no day ${day} after the last month.`);
}

/**
 * Minutes after midnight as the file writes them, where a spreadsheet has been at work: `HH:MM`, but a fraction of the
 * day with nine digits on the hour (20:00 is `0.833333333`, noon `0.5`, midnight `1`), and `24:05:00` after midnight.
 */
export function formatTime(minutes: number): string {
  const hour = Math.floor(minutes / MINUTES_PER_HOUR);
  const minute = minutes % MINUTES_PER_HOUR;
  if (minute === 0) return String(Math.round((hour / HOURS_PER_DAY) * 1e9) / 1e9);
  const clock = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  return hour < HOURS_PER_DAY ? clock : `${clock}:00`;
}
