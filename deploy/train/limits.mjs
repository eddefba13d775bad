// @ts-check
/** The limits of fetching the orders that are trained on. */

/** The whole public data set is 6 MB; a year of a large platform is some gigabytes. */
export const ORDERS_BYTES = 8 * 1024 ** 3;
/** How long the server may be silent. */
export const SILENCE_MS = 60_000;
