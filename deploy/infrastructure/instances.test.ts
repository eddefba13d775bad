import t from 'tap';
import { readStack, resourcesOf, theOne } from './fixtures/stacks.js';

interface Machine {
  readonly LaunchTemplateData: {
    readonly MetadataOptions: object;
    readonly BlockDeviceMappings: readonly { readonly Ebs: { readonly Encrypted: boolean } }[];
    readonly UserData: { readonly 'Fn::Base64': { readonly 'Fn::Sub': string } };
    readonly [other: string]: unknown;
  };
}

const machine = theOne<Machine>('fleet', 'AWS::EC2::LaunchTemplate').Properties.LaunchTemplateData;
const group = theOne<Record<string, unknown>>('fleet', 'AWS::AutoScaling::AutoScalingGroup');
const userData = machine.UserData['Fn::Base64']['Fn::Sub'];

t.test('the metadata of an instance want a session, and are not given beyond one hop', async (t) => {
  t.hasStrict(machine.MetadataOptions, { HttpTokens: 'required', HttpPutResponseHopLimit: 1 });
});

t.test(
  'what runs as the user of the server has no way to the metadata, though it is in the network of the host',
  async (t) => {
    t.match(userData, /iptables .*--destination 169\.254\.169\.254 .*--uid-owner 1000 --jump REJECT/);
    t.hasStrict(machine.MetadataOptions, { HttpProtocolIpv6: 'disabled' }, 'nor is there another way');
    t.ok(userData.indexOf('iptables --insert') < userData.indexOf('enable --now docker'), 'before anything can run');
  },
);

t.test('every disk is encrypted, and nobody has a key to sign in with', async (t) => {
  t.ok(machine.BlockDeviceMappings.length > 0);
  for (const { Ebs } of machine.BlockDeviceMappings) t.equal(Ebs.Encrypted, true);
  t.equal(machine['KeyName'], undefined);
});

t.test('the agent comes last, in a version that is named', async (t) => {
  const lines = userData.trimEnd().split('\n');
  t.match(lines.at(-2), /\/releases\/codedeploy-agent-\$\{AgentVersion\}\.noarch\.rpm/);
  t.match(lines.at(-1), 'enable --now codedeploy-agent');
});

t.test('to instances comes who comes through the balancer, and to the balancer who is named', async (t) => {
  const groups = resourcesOf('balancer', 'AWS::EC2::SecurityGroup').map(({ Properties }) => Properties);
  const sources = groups.map(({ SecurityGroupIngress }) =>
    (SecurityGroupIngress as Record<string, unknown>[]).map((rule) => rule['CidrIp'] ?? rule['SourceSecurityGroupId']),
  );
  t.strictSame(sources, [[{ Ref: 'CallersCidr' }], [{ 'Fn::GetAtt': ['BalancerSecurityGroup', 'GroupId'] }]]);
});

t.test('instances that have no release yet are not replaced for it', async (t) => {
  t.strictSame(group.Properties['HealthCheckType'], { 'Fn::If': ['IsReleased', 'ELB', 'EC2'] });
  t.equal(readStack('fleet').Parameters['HasRelease']?.Default, 'false');
});

t.test('a new instance has time to start, and a second one answers while another gets its release', async (t) => {
  t.ok(Number(group.Properties['HealthCheckGracePeriod']) >= 120);
  t.equal(readStack('fleet').Parameters['MinInstances']?.MinValue, 2);
});

t.test('a changed machine comes one by one, first the new one; an alarm ends it', async (t) => {
  t.hasStrict(group.UpdatePolicy, {
    AutoScalingInstanceRefresh: {
      Strategy: 'Rolling',
      Preferences: {
        MinHealthyPercentage: 100,
        AlarmSpecification: { 'Fn::If': ['IsReleased', { Alarms: [{}, {}, {}] }, { Ref: 'AWS::NoValue' }] },
      },
    },
  });
  t.hasStrict(group.Properties['InstanceMaintenancePolicy'], { MinHealthyPercentage: 100 });
  const { Version } = group.Properties['LaunchTemplate'] as { Version: unknown };
  t.strictSame(Version, { 'Fn::GetAtt': ['Machine', 'LatestVersionNumber'] }, 'a number, to which it can go back');
});

t.test('there are more instances before the thread that takes the requests is at its limit', async (t) => {
  t.hasStrict(theOne('fleet', 'AWS::AutoScaling::ScalingPolicy').Properties, {
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: {
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
      TargetValue: { Ref: 'TargetCpuPercent' },
    },
  });
  // One thread of a process that has two cores: at its limit it uses half of them.
  const { TargetCpuPercent } = readStack('fleet').Parameters;
  t.ok(Number(TargetCpuPercent?.Default) < 50);
  t.equal(TargetCpuPercent?.MaxValue, 50);
});
