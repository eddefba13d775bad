/** The header `Retry-After` (RFC 9110, 10.2.3): seconds, or a date. */

/**
 * Milliseconds from now; undefined where the header is absent or is neither.
 * @param nowMs milliseconds since 1970
 */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^[0-9]+$/.test(header)) return Number(header) * 1_000;
  // All forms of an HTTP date begin with the day of the week; Date.parse takes much else.
  const date = /^[A-Z][a-z]{2}/.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
