import t from 'tap';
import { SETTINGS } from '../../config/environment.js';
import { DRAIN_GRACE_MS } from '../../server/limits.js';
import { attribute, readStack, theOne } from './fixtures/stacks.js';

/** After which uWebSockets.js closes an idle connection. It looks every 4 s, so it may be that much sooner. */
const SERVER_IDLE_SECONDS = 10;
const SERVER_LOOKS_EVERY_SECONDS = 4;

type Attributes = readonly { Key: string; Value: string }[];
const balancer = theOne<{ LoadBalancerAttributes: Attributes }>(
  'balancer',
  'AWS::ElasticLoadBalancingV2::LoadBalancer',
);
const targets = theOne<Record<string, unknown>>('balancer', 'AWS::ElasticLoadBalancingV2::TargetGroup').Properties;
const idleSeconds = Number(attribute(balancer.Properties.LoadBalancerAttributes, 'idle_timeout.timeout_seconds'));

t.test('the balancer lets go of an idle connection before the server closes it', async (t) => {
  t.ok(idleSeconds > 0);
  t.ok(idleSeconds < SERVER_IDLE_SECONDS - SERVER_LOOKS_EVERY_SECONDS);
});

t.test('a request is answered or times out before its connection counts as idle', async (t) => {
  t.ok(SETTINGS.REQUEST_TIMEOUT_MS.fallback < idleSeconds * 1_000);
});

t.test('an instance that is taken out is waited for until its server has drained, and longer', async (t) => {
  const delay = attribute(targets['TargetGroupAttributes'] as Attributes, 'deregistration_delay.timeout_seconds');
  t.ok(Number(delay) * 1_000 > SETTINGS.DRAIN_TIMEOUT_MS.fallback + DRAIN_GRACE_MS);
});

t.test('the balancer asks the server at its port whether a prediction would succeed', async (t) => {
  t.hasStrict(targets, { Port: SETTINGS.PORT.fallback, HealthCheckPath: '/health', HealthCheckPort: 'traffic-port' });
  t.hasStrict(targets, { Matcher: { HttpCode: '200' }, Protocol: 'HTTP' });
  t.ok(Number(targets['HealthCheckTimeoutSeconds']) < Number(targets['HealthCheckIntervalSeconds']));
});

t.test('a slow server sets off its alarm before its requests time out', async (t) => {
  const { MaxP99Seconds } = readStack('balancer').Parameters;
  t.ok(Number(MaxP99Seconds?.Default) * 1_000 < SETTINGS.REQUEST_TIMEOUT_MS.fallback);
});
