/** Where the whole server's status is put together: in the process that follows the aliases. */
import { randomBytes } from 'node:crypto';
import type { Environment } from '../../config/environment.js';
import { parseModelUri } from '../../registry/model-uri.js';
import type { Processes } from '../answers.js';
import type { Aliases, Participants } from '../following.js';
import type { Status } from './answer.js';
import { TrafficHistory } from './history.js';
import { type StatusParts, statusOf } from './status.js';

/** The status of one server, whose traffic is to be put into its history. */
export class StatusBoard {
  readonly history = new TrafficHistory();
  readonly #parts: StatusParts;

  /** @param processes undefined where there is this one alone */
  constructor(
    { RELEASE: release, MODEL_URI, SHADOW_ALIAS: alias }: Environment,
    { live, shadow }: Participants,
    aliases: Aliases,
    processes: () => Processes | undefined = () => undefined,
  ) {
    const { candidate, shadow: followed } = aliases;
    this.#parts = {
      instance: randomBytes(4).toString('hex'),
      release,
      uri: parseModelUri(MODEL_URI),
      live: { models: live, coordinator: aliases.live },
      shadow: shadow && followed && { alias, models: shadow, coordinator: followed },
      candidate,
      processes,
      history: this.history,
    };
  }

  /** @param after milliseconds since 1970; traffic up to then is left out */
  async status(after: number): Promise<Status> {
    return statusOf(this.#parts, after);
  }
}
