/** How the registry answered the last look; a change of it is logged, its going on is not. */
import type { RegistryError, RegistryErrorCode } from '../../registry/errors.js';
import type { Logger } from '../log.js';

/** Whether the registry said which version to serve, and when it was asked (ISO 8601, UTC). */
export type RegistryState =
  | { readonly ok: true; readonly checkedAt: string }
  | { readonly ok: false; readonly checkedAt: string; readonly code: RegistryErrorCode; readonly reason: string };

/**
 * The state after an answer, or after `fault`.
 * @param before undefined at the first look
 */
export function nextRegistryState(
  before: RegistryState | undefined,
  fault: RegistryError | undefined,
  log: Logger,
): RegistryState {
  const checkedAt = new Date().toISOString();
  if (fault === undefined) {
    if (before?.ok === false) log.info('the registry answers again');
    return { ok: true, checkedAt };
  }
  const { code, message: reason } = fault;
  if (before?.ok !== false || before.reason !== reason) {
    log.error({ code, reason }, 'the registry does not say which version to serve');
  }
  return { ok: false, checkedAt, code, reason };
}
