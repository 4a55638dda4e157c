import { pino, type Logger } from 'pino';

/** Structured log lines on standard output; whatever could hold a token is left out. */
export function createLogger(level: string): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: [
      '*.token',
      '*.authorization',
      '*.cookie',
      '*.password',
      'err.config',
      'err.parameters',
      'err.driverError.parameters',
    ],
  });
}
