/** What is killed: how it begins, how the aliases may point after, and that the next of its kind works. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startServerProcess } from '../../bench/server-process.js';
import { MODEL_NAME } from '../../config/model-name.js';
import { promotionMoves } from '../../registry/alias-moves.js';
import { withinTime } from './failure.js';
import { type Found, type Judge, type Pointing, requireOneOf } from './judge.js';
import { type Ended, type Running, requireCode, runToEnd, startProgram } from './processes.js';
import type { Scene } from './scene.js';
import { requireServed, whenKept } from './served.js';

export interface Attempt {
  /** Resolves when all of it is done. */
  readonly done: Promise<void>;
  /** Resolves when the process is gone. */
  kill(): Promise<void>;
  /** How the aliases may point then, or at any moment until then. */
  readonly allowed: (after: Found) => readonly Pointing[];
  /** How many versions it makes. */
  readonly makes: number;
}

export interface Operation {
  /** Most kills come later than this share of the time that it takes: what matters happens there. */
  readonly focus: number;
  /** Whether it is a server that is killed; its cache is then `cacheOf` the scene. */
  readonly isServer: boolean;
  /** Resolves at the moment from which the time to the kill is counted. */
  begin(scene: Scene, before: Found): Promise<Attempt>;
  /** @throws Error where the next of its kind does not do what it is to */
  again(scene: Scene, judge: Judge, before: Found): Promise<void>;
}

const REGISTER = 'testing/soak/fixtures/register.js';
const ROLLBACK = 'training/rollback.js';
const PROMOTE = 'training/promote.js';
const SERVER = 'server/main.js';

export const OPERATIONS = {
  registration: {
    focus: 0.4,
    isServer: false,
    begin: async (scene, { aliases }) => ({
      ...command(scene, ...registering(scene)),
      allowed: ({ newest }) => [aliases, { ...aliases, candidate: newest }],
      makes: 1,
    }),
    async again(scene, judge, before) {
      const [program, args] = registering(scene);
      requireCode(await runToEnd(program, args, scene.environment), 0, program);
      const after = await judge.look();
      if (after.newest === before.newest) throw new Error('The next registration made no version.');
      requireOneOf([{ ...before.aliases, candidate: after.newest }], after);
    },
  },
  rollback: {
    focus: 0.75,
    isServer: false,
    begin: async (scene, { aliases }) => {
      const back = { ...aliases, production: of(aliases, 'previous') };
      return {
        ...command(scene, ROLLBACK, []),
        allowed: () => [aliases, back, { ...back, previous: of(aliases, 'production') }],
        makes: 0,
      };
    },
    async again(scene, judge, { aliases, newest }) {
      const [production, previous] = [of(aliases, 'production'), of(aliases, 'previous')];
      const ended = await runToEnd(ROLLBACK, [], scene.environment);
      if (production !== previous) {
        requireCode(ended, 0, ROLLBACK);
        requireOneOf([{ ...aliases, production: previous, previous: production }], await judge.look());
        return;
      }
      // Killed between the two moves, it has forgotten what was served before, as `registry/alias-moves.ts` says.
      requireCode(ended, 1, ROLLBACK);
      if (!ended.said.startsWith('There is nothing to roll back to')) throw new Error(`It said: ${ended.said}`);
      requireOneOf([aliases], await judge.look());
      await moveProduction(scene, newest === production ? newest - 1 : newest);
    },
  },
  promotion: {
    focus: 0.85,
    isServer: false,
    begin: async (scene, { aliases, newest }) => {
      const production = of(aliases, 'production');
      const promoted = newest === production ? newest - 1 : newest;
      return {
        ...command(scene, PROMOTE, ['production', '--version', String(promoted)]),
        allowed: () => [
          aliases,
          { ...aliases, previous: production },
          { ...aliases, previous: production, production: promoted },
        ],
        makes: 0,
      };
    },
    async again(scene, judge, { aliases, newest }) {
      const production = of(aliases, 'production');
      requireCode(await runToEnd(PROMOTE, ['production', '--version', String(newest)], scene.environment), 0, PROMOTE);
      const previous = production === newest ? of(aliases, 'previous') : production;
      requireOneOf([{ ...aliases, production: newest, previous }], await judge.look());
    },
  },
  'first start': {
    focus: 0.3,
    isServer: true,
    async begin(scene, { aliases }) {
      await rm(cacheOf(scene), { recursive: true, force: true });
      const running = startProgram(SERVER, [], { ...scene.environment, HOST: '127.0.0.1', PORT: '0' });
      return serving(scene, running, of(aliases, 'production'), aliases);
    },
    again: (scene, _, { aliases }) => requireServed(scene, cacheOf(scene), of(aliases, 'production')),
  },
  switch: {
    focus: 0,
    isServer: true,
    async begin(scene, { aliases, newest }) {
      const server = await withinTime('The start of the server', startServerProcess({ ...scene.environment }));
      const production = of(aliases, 'production');
      await withinTime('The keeping of the version', whenKept(cacheOf(scene), production));
      const next = newest === production ? newest - 1 : newest;
      await moveProduction(scene, next);
      const ended = server
        .logged(() => false)
        .then(
          ({ msg }) => ({ code: null, said: msg }),
          (error: Error) => ({ code: null, said: error.message }),
        );
      const kill = (): void => void process.kill(server.pid, 'SIGKILL');
      return serving(scene, { kill, ended }, next, { ...aliases, production: next, previous: production });
    },
    again: (scene, _, { aliases }) => requireServed(scene, cacheOf(scene), of(aliases, 'production')),
  },
} as const satisfies Record<string, Operation>;
export type OperationName = keyof typeof OPERATIONS;

/** The cache of the servers, and of the commands where the registry needs one. */
export function cacheOf({ environment }: Scene): string {
  return environment['CACHE_DIR'] ?? '';
}

function registering({ source, folder }: Scene): readonly [program: string, args: readonly string[]] {
  return [REGISTER, [source, join(folder, 'work')]];
}

/** A command, which is done when it has ended well. */
function command(scene: Scene, program: string, args: readonly string[]): Pick<Attempt, 'done' | 'kill'> {
  const running = startProgram(program, args, scene.environment);
  const done = running.ended.then((ended) => requireCode(ended, 0, program));
  return { done, kill: () => end(running) };
}

/** A server, which has done all when `version` is kept for the next start. It moves no alias. */
function serving(scene: Scene, running: Running, version: number, aliases: Pointing): Attempt {
  let isOver = false;
  const ended = running.ended.then(({ said }: Ended) => {
    isOver = true;
    throw new Error(`The server ended by itself: ${said}`);
  });
  const kept = whenKept(cacheOf(scene), version, () => isOver);
  return { done: Promise.race([ended, kept]), kill: () => end(running), allowed: () => [aliases], makes: 0 };
}

async function end({ kill, ended }: Running): Promise<void> {
  kill();
  await withinTime('The end of a killed process', ended);
}

/** As a promotion does, without its gates. */
async function moveProduction(scene: Scene, version: number): Promise<void> {
  await scene.withFresh((registry) => registry.moveAliases(MODEL_NAME, (current) => promotionMoves(current, version)));
}

function of(aliases: Pointing, alias: string): number {
  const version = aliases[alias];
  if (version === undefined) throw new Error(`There is no alias '${alias}'.`);
  return version;
}
