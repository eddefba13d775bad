/** What the requests with many rows share, one for a server: the room for their bodies, and their turns. */
import { BulkBodies } from './bodies.js';
import { Turns } from './turns.js';

export class Bulk {
  readonly bodies = new BulkBodies();
  readonly turns = new Turns();
}
