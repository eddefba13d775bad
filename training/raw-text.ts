/** Refuses what is no comma-separated UTF-8 text, chunk by chunk as it is read: the first tells of which kind it is. */
import { PipelineError } from './errors.js';
import { wrongKindOf } from './raw-file-kind.js';
import { TextCheck, type TextFault } from './text-check.js';

/** Takes a raw file in its pieces, and refuses it at the first that no CSV of UTF-8 can have. */
export class RawText {
  readonly #name: string;
  readonly #text = new TextCheck();
  #isBegun = false;

  /** @param name of the file, for messages */
  constructor(name: string) {
    this.#name = name;
  }

  /**
   * @param chunk the next bytes; the first holds the header whole
   * @throws PipelineError `data_invalid`, naming the file, what was found and what to do
   */
  take(chunk: Buffer): void {
    if (!this.#isBegun) this.#requireKind(chunk);
    this.#isBegun = true;
    this.#require(this.#text.take(chunk));
  }

  /**
   * There are no more bytes.
   * @throws PipelineError `data_invalid`
   */
  end(): void {
    this.#require(this.#text.end());
  }

  #requireKind(head: Buffer): void {
    const wrong = wrongKindOf(head);
    if (wrong === undefined) return;
    throw new PipelineError('data_invalid', `${this.#name} cannot be used: ${wrong.found}. ${wrong.remedy}`);
  }

  #require(fault: TextFault | undefined): void {
    if (fault === undefined) return;
    const place = `${this.#name}, line ${fault.line}`;
    throw new PipelineError(
      'data_invalid',
      fault.kind === 'nul'
        ? `${place}: there is a NUL byte, which no text has: the file is damaged or is no CSV. Export it again.`
        : `${place}: this is no UTF-8. If the file is in another encoding, say Windows-1252, convert it with: ` +
            'iconv -f WINDOWS-1252 -t UTF-8 OLD.csv > NEW.csv',
    );
  }
}
