/** Whether `params.yaml`, by which is trained, judged and served, can be used. */
import { readParams } from '../../config/params.js';
import { type Check, ok, wrongBy } from './check.js';

/** One finding, on the parameters. The environment variables could be read, or no check is run. */
export const settings: Check = {
  name: 'settings',
  async examine({ environment: { PARAMS_FILE } }) {
    try {
      readParams(PARAMS_FILE);
      return [ok(`The environment variables and ${PARAMS_FILE} can be used.`)];
    } catch (error) {
      return [wrongBy(error)];
    }
  },
};
