/** Whether what is to be kept secret can be used: tokens, certificate, and what to sign in to MLflow with. */
import { openRegistry, registryOptions } from '../../registry/open-registry.js';
import { createLogger } from '../../server/log.js';
import { readTlsFiles } from '../../server/tls.js';
import { Tokens } from '../../server/tokens.js';
import { type Check, type Finding, ok, type Patient, wrongBy } from './check.js';

/** Three findings: tokens, certificate, MLflow. */
export const credentials: Check = {
  name: 'credentials',
  async examine(patient) {
    return [await tokens(patient), await tls(patient), await mlflow(patient)];
  },
};

const tokens = ({ environment: { API_TOKENS_FILE } }: Patient): Promise<Finding> =>
  finding(async () => {
    if (API_TOKENS_FILE === '') return 'API_TOKENS_FILE is not set: predictions want no token.';
    new Tokens(API_TOKENS_FILE, createLogger('silent')).close();
    return `API_TOKENS_FILE, ${API_TOKENS_FILE}, is a list of tokens.`;
  });

const tls = ({ environment: { TLS_CERT_FILE, TLS_KEY_FILE } }: Patient): Promise<Finding> =>
  finding(async () => {
    const files = readTlsFiles(TLS_CERT_FILE, TLS_KEY_FILE);
    if (files === undefined) return 'TLS_CERT_FILE is not set: the server speaks HTTP.';
    return `${TLS_CERT_FILE} and ${TLS_KEY_FILE} belong together.`;
  });

/** Whether the server takes them is found by the registry's check, which asks it. */
const mlflow = ({ environment }: Patient): Promise<Finding> =>
  finding(async () => {
    const { MLFLOW_TRACKING_URI, MLFLOW_TRACKING_USERNAME, MLFLOW_TRACKING_TOKEN } = environment;
    const { address } = await openRegistry(registryOptions(environment));
    if (MLFLOW_TRACKING_URI === '') return 'MLFLOW_TRACKING_URI is not set: the registry is a folder.';
    const means = MLFLOW_TRACKING_USERNAME !== '' ? 'a password' : MLFLOW_TRACKING_TOKEN !== '' ? 'a token' : undefined;
    return means === undefined
      ? `Nothing to sign in to ${address} with.`
      : `There is ${means} to sign in to ${address}.`;
  });

async function finding(look: () => Promise<string>): Promise<Finding> {
  try {
    return ok(await look());
  } catch (error) {
    return wrongBy(error);
  }
}
