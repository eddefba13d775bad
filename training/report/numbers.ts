/** Numbers as the report writes them, the same on every machine. */

/** 8322 → `8,322` */
export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

/** With so many decimals, and a true minus sign; what is no number is said to be unknown. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value == null || !Number.isFinite(value)) return 'unknown';
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** As `fixed`, with a plus sign where it is more than nothing. */
export function signed(value: number, decimals: number): string {
  const text = fixed(value, decimals);
  return value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** 0.123 → `12.3 %`, never parted at the end of a line. */
export function percent(share: number, decimals = 1): string {
  return `${fixed(share * 100, decimals)}\u00a0%`;
}

/** A word of the data as it fits a label. */
export function label(word: string, characters = 40): string {
  const [...letters] = word;
  return letters.length <= characters ? word : `${letters.slice(0, characters - 1).join('')}…`;
}
