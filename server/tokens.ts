/**
 * The tokens that callers must have one of: the lines of a file, which is read again when it changes.
 *
 * Only digests are kept and compared, each with every one of them, in constant time: what the comparison takes tells
 * nothing of the tokens. A header that was accepted is remembered as it was; finding it again goes by V8's hash of
 * strings, which has a random seed, so that a wrong one is told apart without a look at the right ones.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { ConfigError } from '../config/errors.js';
import { MAX_ACCEPTED_HEADERS, MAX_TOKENS, MIN_TOKEN_CHARS, TOKENS_CHECK_MS } from './limits.js';
import type { Logger } from './log.js';

/** RFC 6750, section 2.1. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i;

/** The tokens of one file. */
export class Tokens {
  readonly #file: string;
  readonly #log: Logger;
  readonly #watch: NodeJS.Timeout;
  #text: string;
  #digests: readonly Buffer[];
  readonly #accepted = new Set<string>();
  /** Why the file cannot be used as it is now; told once. */
  #fault = '';

  /** @throws ConfigError if the file is not there or is no list of tokens */
  constructor(file: string, log: Logger) {
    this.#file = file;
    this.#log = log;
    try {
      this.#text = readFileSync(file, 'utf8');
      this.#digests = digestsOf(this.#text);
    } catch (error) {
      throw new ConfigError(`API_TOKENS_FILE, ${file}: ${reasonOf(error)}`);
    }
    // Asked for its content, not watched: a mounted secret is replaced by links that are no event of this file.
    this.#watch = setInterval(() => void this.#look(), TOKENS_CHECK_MS);
    this.#watch.unref();
  }

  /** @param authorization the header; '' where there is none */
  accepts(authorization: string): boolean {
    if (this.#accepted.has(authorization)) return true;
    const token = BEARER.exec(authorization)?.[1];
    if (token === undefined) return false;
    const digest = digestOf(token);
    let found = false;
    for (const known of this.#digests) found = timingSafeEqual(known, digest) || found;
    if (found) {
      if (this.#accepted.size >= MAX_ACCEPTED_HEADERS) this.#accepted.clear();
      this.#accepted.add(authorization);
    }
    return found;
  }

  close(): void {
    clearInterval(this.#watch);
  }

  async #look(): Promise<void> {
    try {
      const text = await readFile(this.#file, 'utf8');
      if (text !== this.#text) {
        this.#digests = digestsOf(text);
        this.#text = text;
        this.#accepted.clear();
        this.#log.info({ file: this.#file, tokens: this.#digests.length }, 'the tokens have changed');
      }
      this.#fault = '';
    } catch (error) {
      const fault = reasonOf(error);
      if (fault !== this.#fault) this.#log.error({ file: this.#file, reason: fault }, 'the tokens stay as they were');
      this.#fault = fault;
    }
  }
}

/** @throws Error saying which line is wrong, and never what it holds */
function digestsOf(text: string): Buffer[] {
  const tokens = text.split('\n').flatMap((line, index) => {
    const token = line.trim();
    if (token === '' || token.startsWith('#')) return [];
    if (token.length >= MIN_TOKEN_CHARS && TOKEN.test(token)) return [token];
    const allowed = `${MIN_TOKEN_CHARS} or more letters, digits and . _ ~ + / -`;
    throw new Error(`line ${index + 1} is no token: allowed are ${allowed}; a line that starts with # is a comment.`);
  });
  if (tokens.length === 0) throw new Error('there is no token in it. Write one a line, or unset API_TOKENS_FILE.');
  if (tokens.length > MAX_TOKENS) throw new Error(`there are ${tokens.length} tokens; allowed are ${MAX_TOKENS}.`);
  return tokens.map(digestOf);
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
