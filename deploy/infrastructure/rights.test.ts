import t from 'tap';
import { readStack, resourcesOf, STACKS, theOne } from './fixtures/stacks.js';

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: string | readonly string[];
  readonly Resource?: unknown;
  readonly Condition?: unknown;
}

interface Role {
  readonly AssumeRolePolicyDocument: { readonly Statement: readonly Statement[] };
  readonly ManagedPolicyArns?: unknown;
  readonly Policies: readonly { readonly PolicyDocument: { readonly Statement: readonly Statement[] } }[];
}

/** Actions for which IAM knows no narrower resource than all, and why they are needed. */
const EVERYWHERE: Readonly<Record<string, string>> = {
  'ecr:GetAuthorizationToken': 'the token is of the whole registry; what may be done with it is bound to a repository',
  'autoscaling:DescribeAutoScalingGroups': 'which instances there are',
  'autoscaling:DescribeLifecycleHooks': 'whether new instances wait for the release',
  'ec2:DescribeInstances': 'which instances there are',
  'ec2:DescribeInstanceStatus': 'whether they run',
  'elasticloadbalancing:DescribeTargetGroupAttributes': 'how long an instance is waited for that is taken out',
  'elasticloadbalancing:DescribeTargetGroups': 'the target group by its name',
  'elasticloadbalancing:DescribeTargetHealth': 'whether an instance is well again',
  'tag:GetResources': 'which instances there are',
};

/** Resources with a part left open, and why that part is not known. */
const LEFT_OPEN: Readonly<Record<string, string>> = {
  '${Revisions.Arn}/revisions/*': 'each release has a revision of its own',
  '${Bucket}/revisions/*': 'the same, to be read',
  'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${ServiceName}/*': 'which are set',
  'arn:${AWS::Partition}:autoscaling:${AWS::Region}:${AWS::AccountId}:autoScalingGroup:*:autoScalingGroupName/${ServiceName}':
    'the id of the group; its name is said',
  'arn:${AWS::Partition}:cloudwatch:${AWS::Region}:${AWS::AccountId}:alarm:${ServiceName}-*':
    'the alarms of the service',
};

const roles = STACKS.flatMap((name) =>
  resourcesOf(name, 'AWS::IAM::Role').map((role) => role.Properties as unknown as Role),
);
const statements = statementsOf(roles);

function statementsOf(some: readonly Role[]): readonly Statement[] {
  return some.flatMap(({ Policies }) => Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

t.test('each right is named, and given here', async (t) => {
  t.equal(roles.length, 3);
  for (const { Action, Effect, Sid } of statements) {
    t.equal(Effect, 'Allow', String(Sid));
    for (const action of list(Action)) t.match(action, /^[a-z0-9]+:[A-Za-z0-9]+$/, `${Sid}: no wildcard in ${action}`);
  }
  for (const { ManagedPolicyArns } of roles) t.equal(ManagedPolicyArns, undefined, 'what others may change');
});

t.test('what is allowed on every resource is known for no narrower one', async (t) => {
  const everywhere = statements
    .filter(({ Resource }) => list(Resource).includes('*'))
    .flatMap(({ Action }) => list(Action));
  t.strictSame(new Set(everywhere), new Set(Object.keys(EVERYWHERE)));
});

t.test('of any other resource, what is left open is so for a reason', async (t) => {
  const open = new Set<string>();
  for (const resource of statements.flatMap(({ Resource }) => list(Resource))) {
    for (const [text] of JSON.stringify(resource).matchAll(/(?<=")[^"]*\*[^"]*(?=")/g))
      if (text !== '*') open.add(text);
  }
  t.strictSame(open, new Set(Object.keys(LEFT_OPEN)));
});

t.test('an instance reads, and writes nothing', async (t) => {
  const instances = roles.filter(({ AssumeRolePolicyDocument }) =>
    JSON.stringify(AssumeRolePolicyDocument).includes('ec2.'),
  );
  const actions = statementsOf(instances).flatMap(({ Action }) => list(Action));
  t.ok(actions.length > 0);
  for (const action of actions) t.match(action, /:(?:Get|BatchGet|BatchCheck)/);
});

t.test('GitHub releases from one environment of one repository', async (t) => {
  const { Properties } = theOne<Role>('delivery', 'AWS::IAM::Role');
  t.match(Properties.AssumeRolePolicyDocument.Statement, [{ Action: 'sts:AssumeRoleWithWebIdentity' }]);
  t.strictSame(Properties.AssumeRolePolicyDocument.Statement[0]?.Condition, {
    StringEquals: {
      'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
      'token.actions.githubusercontent.com:sub': {
        'Fn::Sub': `repo:\${GitHubRepository}:environment:\${GitHubEnvironment}`,
      },
    },
  });
  const { GitHubRepository, GitHubEnvironment } = readStack('delivery').Parameters;
  const [repository, environment] = [GitHubRepository, GitHubEnvironment].map(
    (one) => new RegExp(one?.AllowedPattern ?? ''),
  );
  t.match('octo-org/octo-repo', repository);
  for (const wrong of ['octo-org/*', '*/octo-repo', 'octo-org', 'octo-org/octo-repo:ref'])
    t.notMatch(wrong, repository);
  for (const wrong of ['*', 'production:x', '']) t.notMatch(wrong, environment);
});

t.test('a service takes its role for this account only', async (t) => {
  for (const { AssumeRolePolicyDocument } of roles) {
    t.equal(AssumeRolePolicyDocument.Statement.length, 1);
    const [{ Principal, Condition } = {}] = AssumeRolePolicyDocument.Statement;
    t.notMatch(JSON.stringify(Principal), /\*/);
    // An instance profile can be given to instances of its own account only.
    if (!JSON.stringify(Principal).includes('ec2.')) t.ok(Condition, JSON.stringify(Principal));
  }
});
