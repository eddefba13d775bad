import t from 'tap';
import { theOne } from './fixtures/stacks.js';

t.test('an image that was pushed stays what it is, and is looked through', async (t) => {
  const { Properties, DeletionPolicy } = theOne<{
    ImageTagMutability: string;
    ImageScanningConfiguration: { ScanOnPush: boolean };
    LifecyclePolicy: { LifecyclePolicyText: string };
  }>('delivery', 'AWS::ECR::Repository');
  t.equal(Properties.ImageTagMutability, 'IMMUTABLE');
  t.equal(Properties.ImageScanningConfiguration.ScanOnPush, true);
  t.equal(DeletionPolicy, 'Retain');
  const { rules } = JSON.parse(Properties.LifecyclePolicy.LifecyclePolicyText) as { rules: { selection: object }[] };
  t.hasStrict(
    rules.map(({ selection }) => selection),
    [{ tagStatus: 'untagged' }, { tagStatus: 'any', countType: 'imageCountMoreThan' }],
  );
});

t.test('revisions are private, encrypted, and kept in the version that was deployed', async (t) => {
  const { Properties, DeletionPolicy } = theOne<Record<string, unknown>>('delivery', 'AWS::S3::Bucket');
  t.strictSame(Properties['PublicAccessBlockConfiguration'], {
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  t.hasStrict(Properties['VersioningConfiguration'], { Status: 'Enabled' });
  t.hasStrict(Properties['BucketEncryption'], {
    ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
  });
  t.equal(DeletionPolicy, 'Retain');
});
