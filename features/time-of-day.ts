/** Times of day as the data set and its callers write them, read into minutes after midnight. */

const MINUTES_PER_DAY = 24 * 60;
const CLOCK = /^([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?$/;
const FRACTION = /^[01](?:\.[0-9]+)?$/;

/**
 * Minutes after midnight, [0, 1440), or undefined where `value` is no time of day.
 *
 * Reads `HH:MM`, `HH:MM:SS` (seconds are dropped) and day fractions (`0.833333333` is 20:00; `1` is the next
 * midnight, so 0). Hours 24 to 29 are those of the day after, as the file writes times picked up past midnight
 * (`24:05:00` is 00:05). Fractions are rounded to the nearest minute: the file keeps nine digits of them.
 */
export function minutesOfDay(value: string | number): number | undefined {
  if (typeof value === 'number') return fractionToMinutes(value);
  const clock = CLOCK.exec(value);
  if (clock === null) return FRACTION.test(value) ? fractionToMinutes(Number(value)) : undefined;
  const hours = Number(clock[1]);
  const minutes = Number(clock[2]);
  const seconds = Number(clock[3] ?? 0);
  if (hours > 29 || minutes > 59 || seconds > 59) return undefined;
  return (hours * 60 + minutes) % MINUTES_PER_DAY;
}

/** Minutes after midnight as `HH:MM`. */
export function formatMinutesOfDay(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  return `${String(hours).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

function fractionToMinutes(fraction: number): number | undefined {
  if (!(fraction >= 0 && fraction <= 1)) return undefined;
  return Math.round(fraction * MINUTES_PER_DAY) % MINUTES_PER_DAY;
}
