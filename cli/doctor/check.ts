/** What a check of `food-eta doctor` is. */
import type { Environment } from '../../config/environment.js';
import type { SetUp } from '../set-up.js';

/** What a check found of one thing. */
export interface Finding {
  /** `note` is nothing wrong, but to be known. */
  readonly state: 'ok' | 'note' | 'wrong';
  /** What was found, a sentence. */
  readonly found: string;
  /** What to do about it, a sentence; the sentence of what was found may say it itself. */
  readonly remedy?: string;
}

/** What is looked at. */
export interface Patient {
  readonly environment: Environment;
  readonly setUp: SetUp;
}

/** A look at one side of the machine, which changes nothing. */
export interface Check {
  /** One word, that stands before each of its findings. */
  readonly name: string;
  /** At least one finding. What is wrong is a finding too; it rejects with bugs alone. */
  examine(patient: Patient): Promise<readonly Finding[]>;
}

/** @param found a sentence */
export function ok(found: string): Finding {
  return { state: 'ok', found };
}

/**
 * @param found a sentence
 * @param remedy what to do about it, another one; left out where the first says it
 */
export function wrong(found: string, remedy?: string): Finding {
  return { state: 'wrong', found, ...(remedy !== undefined && { remedy }) };
}

/** What an error says, which names what to do. */
export function wrongBy(error: unknown): Finding {
  return wrong(error instanceof Error ? error.message : String(error));
}

/** "1 version", "2 versions" */
export function counted(versions: number): string {
  return `${versions} ${versions === 1 ? 'version' : 'versions'}`;
}
