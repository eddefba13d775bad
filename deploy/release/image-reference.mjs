// @ts-check
/** How an image is named so that it stays the same: by its digest. */
import { Fault } from '../../setup/faults.mjs';

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REFERENCE = /^[\w.:-]+(\/[a-z0-9._-]+)+@sha256:[0-9a-f]{64}$/;

/** @param {unknown} text */
export function isDigest(text) {
  return typeof text === 'string' && DIGEST.test(text);
}

/**
 * @param {string} text
 * @returns {string} the same
 * @throws Fault
 */
export function immutable(text) {
  if (REFERENCE.test(text)) return text;
  throw new Fault(
    `'${text}' does not name an image for good: a tag can come to mean another image, a digest cannot. Name it as REPOSITORY@sha256:DIGEST; push.mjs and released.mjs print it so.`,
  );
}
