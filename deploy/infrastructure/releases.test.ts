import t from 'tap';
import { resourcesOf, theOne } from './fixtures/stacks.js';

const releases = theOne<Record<string, unknown>>('fleet', 'AWS::CodeDeploy::DeploymentGroup').Properties;
const alarms = resourcesOf('balancer', 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);

t.test('a release that fails, or sets off an alarm, is taken back by itself', async (t) => {
  t.hasStrict(releases['AutoRollbackConfiguration'], {
    Enabled: true,
    Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
  });
  t.hasStrict(releases['AlarmConfiguration'], { IgnorePollAlarmFailure: false });
});

t.test('alarms count from the first release on: before it no instance is healthy', async (t) => {
  t.hasStrict(releases['AlarmConfiguration'], { Enabled: { 'Fn::If': ['IsReleased', true, false] } });
});

t.test('every alarm there is stops a release', async (t) => {
  const { Alarms } = releases['AlarmConfiguration'] as { Alarms: { Name: unknown }[] };
  t.strictSame(
    Alarms.map(({ Name }) => Name),
    alarms.map(({ AlarmName }) => ({ 'Fn::ImportValue': { 'Fn::Sub': `${subOf(AlarmName)}-alarm` } })),
  );
});

function subOf(value: unknown): string {
  return (value as { 'Fn::Sub': string })['Fn::Sub'];
}

interface Metric {
  readonly MetricStat?: { readonly Metric: { readonly MetricName: string } };
}

function metricsOf(value: unknown): readonly Metric[] {
  return value as readonly Metric[];
}

t.test('there are alarms on 5xx, on latency in p99 and on instances that are not healthy', async (t) => {
  const [failed, slow, unhealthy] = alarms;
  const metrics = metricsOf(failed?.['Metrics']).flatMap(({ MetricStat }) =>
    MetricStat === undefined ? [] : [MetricStat.Metric.MetricName],
  );
  t.strictSame(metrics, ['HTTPCode_Target_5XX_Count', 'HTTPCode_ELB_5XX_Count', 'RequestCount']);
  t.hasStrict(slow, { MetricName: 'TargetResponseTime', ExtendedStatistic: 'p99' });
  t.hasStrict(unhealthy, { MetricName: 'UnHealthyHostCount', Statistic: 'Maximum', Threshold: 0 });
});

t.test('an alarm that hears nothing is silent: without callers there is nothing amiss', async (t) => {
  for (const { TreatMissingData } of alarms) t.equal(TreatMissingData, 'notBreaching');
});

t.test('a release comes to one instance at a time, in place, while the balancer sends it nothing', async (t) => {
  t.equal(releases['DeploymentConfigName'], 'CodeDeployDefault.OneAtATime');
  t.strictSame(releases['DeploymentStyle'], {
    DeploymentType: 'IN_PLACE',
    DeploymentOption: 'WITH_TRAFFIC_CONTROL',
  });
  t.strictSame(releases['LoadBalancerInfo'], {
    TargetGroupInfoList: [{ Name: { 'Fn::ImportValue': { 'Fn::Sub': `\${ServiceName}-target-group-name` } } }],
  });
});

t.test('an instance that is added later gets the last good release', async (t) => {
  t.strictSame(releases['AutoScalingGroups'], [{ Ref: 'Group' }]);
  t.equal(releases['OutdatedInstancesStrategy'], 'UPDATE');
});
