/** What the requests with many rows share, one for a server: the room for their bodies, and their turns. */
import type { Gate } from '../gate.js';
import { BulkBodies } from './bodies.js';
import { Turns } from './turns.js';

/** What a server has one of for all its requests with many rows. */
export class Bulk {
  /** Whether they are taken in. */
  readonly gate: Gate;
  readonly bodies = new BulkBodies();
  readonly turns = new Turns();

  constructor(gate: Gate) {
    this.gate = gate;
  }
}
