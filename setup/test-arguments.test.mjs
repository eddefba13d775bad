// @ts-check
import t from 'tap';
import { allTestFiles, deploymentTestFiles } from './test-arguments.mjs';

t.test('npm test runs all tests but those that need Docker, and npm run test:deploy runs these', async (t) => {
  const root = t.testdir({
    dist: {
      deploy: { 'compose.test.js': '', test: { 'image.test.js': '', 'docker.js': '' } },
      server: { 'http.test.js': '' },
    },
    setup: { 'setup.test.mjs': '' },
  });
  t.strictSame(allTestFiles(root), ['dist/deploy/compose.test.js', 'dist/server/http.test.js', 'setup/setup.test.mjs']);
  t.strictSame(deploymentTestFiles(root), ['dist/deploy/test/image.test.js']);
});
