/** Logs as JSON lines on standard output, by pino, whose only importer this is. */
import { type Logger, pino } from 'pino';
import type { LogLevel } from '../config/environment.js';

export type { Logger };

/**
 * The logger of this process.
 * @param pid named in each line, where several processes write to one log
 */
export function createLogger(level: LogLevel, pid?: number): Logger {
  return pino({ level, base: pid === undefined ? null : { pid }, timestamp: pino.stdTimeFunctions.isoTime });
}
