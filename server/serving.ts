/** What the routes ask before they answer: which model is served, or why none is. */
import type { ServedModel } from './served-model.js';

export class Serving {
  #model: ServedModel | undefined;
  #reason = 'it is being loaded';
  readonly #onStop: (reason: string) => void;

  /** @param onStop is told why, when a model is no longer served */
  constructor(onStop: (reason: string) => void) {
    this.#onStop = onStop;
  }

  /** The model that is served; undefined while there is none that answers. */
  get model(): ServedModel | undefined {
    return this.#model;
  }

  /** Why there is no model. */
  get reason(): string {
    return this.#reason;
  }

  start(model: ServedModel): void {
    this.#model = model;
    model.pool.onEnd(({ message }) => {
      this.#model = undefined;
      this.#reason = message;
      this.#onStop(message);
    });
  }
}
