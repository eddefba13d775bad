/** Whether this Node is one that is supported. */
import { type Check, ok, wrong } from './check.js';

/** One finding, on the Node that runs this. */
export const node: Check = {
  name: 'node',
  async examine({ setUp }) {
    const fault = setUp.unsupportedNode(process.version);
    return [fault === '' ? ok(`Node ${process.version.slice(1)} is supported.`) : wrong(fault)];
  },
};
