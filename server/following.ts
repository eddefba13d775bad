/** The aliases that the server follows: the one whose version answers, and the one whose version is its shadow. */
import type { Environment } from '../config/environment.js';
import type { ModelRegistry } from '../registry/model-registry.js';
import { type ModelUri, parseModelUri } from '../registry/model-uri.js';
import type { Logger } from './log.js';
import { AliasFollower } from './switching/alias-follower.js';
import { Candidate } from './switching/candidate.js';
import { Coordinator } from './switching/coordinator.js';
import { LastGood } from './switching/last-good.js';
import type { AskedParticipant } from './switching/participant.js';

/** What takes up the versions. */
export interface Participants {
  readonly live: AskedParticipant;
  /** Undefined where no shadow was asked for. */
  readonly shadow: AskedParticipant | undefined;
}

interface Following {
  readonly coordinator: Coordinator;
  /** When to look. */
  readonly follower: AliasFollower;
}

/** What follows the aliases of one server: looks in intervals and on a hint. */
export class Aliases {
  readonly #live: Following;
  readonly #shadow: Following | undefined;
  /** Told to who looks at the server. */
  readonly candidate: Candidate;
  readonly #candidate: AliasFollower;
  readonly #watch: ReturnType<ModelRegistry['watch']>;

  /** @throws RegistryError `uri_invalid` */
  constructor(environment: Environment, registry: ModelRegistry, participants: Participants, log: Logger) {
    const uri = parseModelUri(environment.MODEL_URI);
    const { live, shadow } = participants;
    // What is watched may have come into being, or been replaced, since the last look.
    this.#live = followLive(environment, registry, uri, live, log, () => this.#watch.renew());
    this.#shadow = shadow === undefined ? undefined : followShadow(environment, registry, uri, shadow, log);
    this.candidate = new Candidate(registry, uri.name, log);
    const intervalMs = environment.POLL_INTERVAL_MS;
    this.#candidate = new AliasFollower(() => this.candidate.look(), { intervalMs });
    this.#watch = registry.watch(uri.name, () => this.hint());
  }

  get live(): Coordinator {
    return this.#live.coordinator;
  }

  /** Undefined where no shadow was asked for. */
  get shadow(): Coordinator | undefined {
    return this.#shadow?.coordinator;
  }

  /** Looks for the first time; resolves when it is known what answers. */
  async begin(): Promise<void> {
    // What is asked for first is what answers.
    await this.#live.follower.hint();
    void this.#shadow?.follower.hint();
    void this.#candidate.hint();
  }

  /** Looks where the aliases point, at once. */
  hint(): void {
    for (const follower of this.#followers) void follower.hint();
  }

  /** Looks no more; resolves when what was begun is over. */
  async stop(): Promise<void> {
    this.#watch.close();
    await Promise.all(this.#followers.map((follower) => follower.stop()));
    await this.live.kept;
  }

  get #followers(): AliasFollower[] {
    const shadow = this.#shadow === undefined ? [] : [this.#shadow.follower];
    return [this.#live.follower, ...shadow, this.#candidate];
  }
}

/**
 * What answers: with the last good version at hand for a start without the registry, and callers told why none does.
 * @param beforeLook is called before each look where the alias points
 */
function followLive(
  environment: Environment,
  registry: ModelRegistry,
  uri: ModelUri,
  participant: AskedParticipant,
  log: Logger,
  beforeLook: () => void,
): Following {
  const lastGood = new LastGood(environment.CACHE_DIR, registry.address, uri);
  const coordinator = new Coordinator(registry, uri, [participant], lastGood, log);
  const look = async (): Promise<void> => {
    beforeLook();
    await coordinator.look();
    participant.explain(whyNone(coordinator, uri));
  };
  return { coordinator, follower: new AliasFollower(look, { intervalMs: environment.POLL_INTERVAL_MS }) };
}

/** What is compared with what answers. */
function followShadow(
  { SHADOW_ALIAS: alias, POLL_INTERVAL_MS: intervalMs }: Environment,
  registry: ModelRegistry,
  { name }: ModelUri,
  participant: AskedParticipant,
  log: Logger,
): Following {
  const uri = parseModelUri(`models:/${name}@${alias}`);
  const coordinator = new Coordinator(registry, uri, [participant], undefined, log.child({ role: 'shadow' }));
  const look = async (): Promise<void> => {
    await coordinator.look();
    const { registry: state } = coordinator;
    // An alias that was taken away is meant; a registry that is down is not.
    if (state?.ok === false && state.code === 'alias_not_found') await participant.clear();
  };
  return { coordinator, follower: new AliasFollower(look, { intervalMs }) };
}

function whyNone({ refused, registry }: Coordinator, { name }: ModelUri): string {
  if (refused !== undefined) return `version ${refused.version.version} was refused: ${refused.reason}`;
  if (registry?.ok === false) return `the registry does not say which version of ${name} to serve: ${registry.reason}`;
  return 'it is being loaded';
}
