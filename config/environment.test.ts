import t from 'tap';
import { coresAllowed, processesFor } from './cores.js';
import { type Environment, readEnvironment, SETTINGS } from './environment.js';

const CWD = '/srv/delivery';
const DEFAULTS: Environment = {
  HOST: '0.0.0.0',
  PORT: 8000,
  ALLOW_SHARED_PORT: false,
  ADMIN_PORT: undefined,
  ADMIN_HOST: '',
  OPEN_FILE: '',
  SERVER_PROCESSES: Math.min(64, processesFor(coresAllowed())),
  WORKERS: 1,
  TLS_CERT_FILE: '',
  TLS_KEY_FILE: '',
  MODEL_URI: 'models:/FoodDeliveryTimeModel@production',
  PARAMS_FILE: '/srv/delivery/params.yaml',
  DATA_DIR: '/srv/delivery/data',
  REPORTS_DIR: '/srv/delivery/reports',
  REGISTRY_DIR: '/srv/delivery/data/registry',
  CACHE_DIR: '/srv/delivery/.cache',
  POLL_INTERVAL_MS: 5000,
  KEEP_PREVIOUS: true,
  SHADOW_ALIAS: '',
  SHADOW_FRACTION: 0.05,
  WEBHOOK_SECRET: '',
  API_TOKENS_FILE: '',
  REQUEST_TIMEOUT_MS: 1000,
  DRAIN_TIMEOUT_MS: 10_000,
  LOG_LEVEL: 'info',
  LOG_REQUESTS: 'none',
  RELEASE: 'development',
  MLFLOW_TRACKING_URI: '',
  MLFLOW_TRACKING_USERNAME: '',
  MLFLOW_TRACKING_PASSWORD: '',
  MLFLOW_TRACKING_TOKEN: '',
  MLFLOW_EXPERIMENT_NAME: 'FoodDeliveryTimeModel',
};

t.test('without variables there are defaults', async (t) => {
  t.strictSame({ ...readEnvironment({}, CWD) }, DEFAULTS);
});

t.test('an empty variable counts as one that is not set', async (t) => {
  const empty = Object.fromEntries(Object.keys(SETTINGS).map((key) => [key, '']));
  t.strictSame({ ...readEnvironment(empty, CWD) }, DEFAULTS);
});

/** Other values than the defaults, as text. */
const GIVEN = {
  HOST: '127.0.0.1',
  PORT: '0',
  ALLOW_SHARED_PORT: '1',
  ADMIN_PORT: '0',
  ADMIN_HOST: '::1',
  OPEN_FILE: '/run/server/open',
  SERVER_PROCESSES: '64',
  TLS_CERT_FILE: 'tls/cert.pem',
  TLS_KEY_FILE: '/etc/tls/key.pem',
  WORKERS: '256',
  MODEL_URI: 'models:/Other/7',
  PARAMS_FILE: 'other.yaml',
  DATA_DIR: '/var/tables',
  REPORTS_DIR: 'out/reports',
  REGISTRY_DIR: '../registry',
  CACHE_DIR: './cache/',
  POLL_INTERVAL_MS: '50',
  KEEP_PREVIOUS: '0',
  SHADOW_ALIAS: 'staging',
  SHADOW_FRACTION: '.25',
  WEBHOOK_SECRET: 'secret',
  API_TOKENS_FILE: '/run/secrets/tokens',
  REQUEST_TIMEOUT_MS: '1',
  DRAIN_TIMEOUT_MS: '600000',
  LOG_LEVEL: 'silent',
  LOG_REQUESTS: 'sample',
  RELEASE: '0f343d1',
  MLFLOW_TRACKING_URI: 'http://tracking:5000',
  MLFLOW_TRACKING_USERNAME: 'someone',
  MLFLOW_TRACKING_PASSWORD: 'secret',
  MLFLOW_TRACKING_TOKEN: 'token',
  MLFLOW_EXPERIMENT_NAME: 'deliveries',
};

t.test('every variable is read, and others are not', async (t) => {
  t.strictSame(Object.keys(GIVEN), Object.keys(SETTINGS));
  t.strictSame(
    { ...readEnvironment({ ...GIVEN, HOME: '/root' }, CWD) },
    {
      ...GIVEN,
      PORT: 0,
      ALLOW_SHARED_PORT: true,
      ADMIN_PORT: 0,
      SERVER_PROCESSES: 64,
      WORKERS: 256,
      PARAMS_FILE: '/srv/delivery/other.yaml',
      DATA_DIR: '/var/tables',
      REPORTS_DIR: '/srv/delivery/out/reports',
      REGISTRY_DIR: '/srv/registry',
      CACHE_DIR: '/srv/delivery/cache',
      POLL_INTERVAL_MS: 50,
      KEEP_PREVIOUS: false,
      SHADOW_FRACTION: 0.25,
      REQUEST_TIMEOUT_MS: 1,
      DRAIN_TIMEOUT_MS: 600_000,
    },
  );
});

const REFUSED: [key: keyof Environment, allowed: string, given: readonly string[]][] = [
  ['PORT', 'a whole number from 0 to 65535', ['65536', '-1', '80.5', '0x50', '8e3', 'http', ' 8000', '99999999999']],
  ['ADMIN_PORT', 'a whole number from 0 to 65535', ['65536', 'none']],
  ['SERVER_PROCESSES', 'a whole number from 1 to 64', ['0', '65', 'auto']],
  ['WORKERS', 'a whole number from 1 to 256', ['0', '257', 'all']],
  ['REQUEST_TIMEOUT_MS', 'a whole number from 1 to 600000', ['0', '600001', '1s']],
  ['DRAIN_TIMEOUT_MS', 'a whole number from 1 to 600000', ['0', '600001', 'never']],
  ['SHADOW_FRACTION', 'a number from 0 to 1', ['1.1', '-0.1', '5%', '1e-2', '.']],
  ['LOG_REQUESTS', 'none, sample', ['all', '1']],
  ['LOG_LEVEL', 'fatal, error, warn, info, debug, trace, silent', ['INFO', 'verbose', 'info ']],
];
for (const [key, allowed, values] of REFUSED) {
  t.test(`a wrong ${key} is refused with its name, what was given and what is allowed`, async (t) => {
    for (const given of values) {
      t.throws(() => readEnvironment({ [key]: given }, CWD), {
        name: 'ConfigError',
        code: 'config_invalid',
        message: `${key} is '${given}'; allowed is ${allowed}.`,
      });
    }
  });
}

t.test('the port for administration is another one, unless the system chooses both', async (t) => {
  t.throws(() => readEnvironment({ PORT: '9000', ADMIN_PORT: '9000' }, CWD), {
    message: "ADMIN_PORT is '9000', which is PORT too; allowed is another port.",
  });
  t.equal(readEnvironment({ PORT: '0', ADMIN_PORT: '0' }, CWD).ADMIN_PORT, 0);
});

t.test('a server that waits for a file has a port on which it can be asked meanwhile', async (t) => {
  t.throws(() => readEnvironment({ OPEN_FILE: '/run/open' }, CWD), {
    name: 'ConfigError',
    message: /^OPEN_FILE is '\/run\/open' and ADMIN_PORT is not set, .*; set ADMIN_PORT too\.$/,
  });
  t.equal(readEnvironment({ OPEN_FILE: '/run/open', ADMIN_PORT: '0' }, CWD).OPEN_FILE, '/run/open');
});

t.test('the environment cannot be changed', async (t) => {
  const environment = readEnvironment({}, CWD);
  t.throws(() => Object.assign(environment, { PORT: 1 }), TypeError);
  t.equal(environment.PORT, 8000);
});

t.test('every setting says what it is for', async (t) => {
  for (const [key, { purpose, allowed }] of Object.entries(SETTINGS)) t.ok(purpose && allowed, key);
});

t.test('a flag is 1 or true, 0 or false, and nothing else', async (t) => {
  for (const [given, value] of [
    ['1', true],
    ['TRUE', true],
    ['0', false],
    ['false', false],
  ] as const) {
    t.equal(readEnvironment({ KEEP_PREVIOUS: given }, CWD).KEEP_PREVIOUS, value, given);
  }
  t.throws(() => readEnvironment({ KEEP_PREVIOUS: 'yes' }, CWD), {
    message: "KEEP_PREVIOUS is 'yes'; allowed is 1 or true, 0 or false.",
  });
});
