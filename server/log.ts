/** Logs as JSON lines on standard output, by pino, whose only importer this is. */
import { type Logger, pino } from 'pino';
import type { LogLevel } from '../config/environment.js';

export type { Logger };

export function createLogger(level: LogLevel): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
