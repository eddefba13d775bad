/** Whether there is a Python to train with, and the environment that was made of it. */
import { type Check, type Finding, ok, wrong, wrongBy } from './check.js';

/** Two findings: the interpreter, and the environment in `.venv`. */
export const python: Check = {
  name: 'python',
  async examine({ setUp }) {
    return [await interpreter(() => setUp.findPython()), environment(setUp.isPythonReady())];
  },
};

async function interpreter(find: () => Promise<string>): Promise<Finding> {
  try {
    return ok(`${await find()} can make the environment for training.`);
  } catch (error) {
    return wrongBy(error);
  }
}

function environment(isReady: boolean): Finding {
  if (isReady) return ok('The environment in .venv is as training/requirements.txt asks.');
  return wrong(
    'The environment for training, .venv, is not there or not as training/requirements.txt asks.',
    'Make it with: npm run setup. Only training needs it.',
  );
}
