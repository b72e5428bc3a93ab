// The CI files that people copy are what their services take: GitHub's schemas as action-validator has them, GitLab's as
// gitlab-ci-local brings it along, read by the JSON Schema and YAML packages that come with it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as github from '@action-validator/core';
import Ajv from 'ajv';
import { schema } from 'gitlab-ci-local/src/schema/schema.js';
import yaml from 'js-yaml';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const workflow = (text) => github.validateWorkflow(text).errors;
const action = (text) => github.validateAction(text).errors;
// Not strict: the schema has annotations of GitLab's editor.
const fits = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
const gitlab = (text) => (fits(yaml.load(text)) ? [] : fits.errors);

// What stands in the file once, written wrongly.
function wrong(text, right, mistake) {
  assert.equal(text.split(right).length, 2, `"${right}" is there once`);
  return text.replace(right, mistake);
}

const files = [
  ['examples/ci/github.yml', workflow, ['runs-on: ubuntu-latest\n    strategy:', 'run-on: ubuntu-latest\n    strategy:'],
    ['fail-fast: false', 'fail-fast: [no]'], ['    needs: test', '    needs: tests']],
  ['action.yml', action, ['using: composite', 'using: composed'], ['  steps:', '  step:'], ['inputs:', 'input:']],
  ['examples/ci/gitlab-ci.yml', gitlab, ['parallel: 4', 'parallel: four'], ['max: 2', 'max: 9'], ['when: [runner_system', 'when: [system'],
    ['paths: [run.html]', 'path: [run.html]'], ['  script:', '  scripts:']],
];

for (const [path, faults, ...mistakes] of files) {
  test(`${path} fits its service's schema`, () => assert.deepEqual(faults(read(path)), []));
  for (const [right, mistake] of mistakes) {
    test(`${path} with "${mistake.trim()}" does not`, () => {
      assert.notEqual(faults(wrong(read(path), right, mistake)).length, 0);
    });
  }
}

// A colon and a space in a plain line, as ":::" makes them, is a mapping; who copies that has a broken file.
const shown = (page) => [...read(page).matchAll(/^```ya?ml\n(.*?)^```$/gms)].map((match) => match[1]);

test("README.md's step fits", () => {
  const [step, ...others] = shown('README.md');
  assert.equal(others.length, 0);
  const indented = step.replace(/^/gm, '      ').trimEnd();
  assert.deepEqual(workflow(`on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n${indented}\n`), []);
});

test('the hook that docs/ci.md asks pre-commit for is one that is offered', () => {
  const { repos: [{ hooks: [{ id }] }] } = yaml.load(shown('docs/ci.md')[2]);
  const offered = yaml.load(read('.pre-commit-hooks.yaml'));
  assert.deepEqual(offered.map((hook) => hook.id), [id]);
  for (const key of ['name', 'entry', 'language', 'files']) assert.equal(typeof offered[0][key], 'string');
  for (const name of ['weir.toml', 'ci/weir-tests.jsonl', 'a/b.weir.toml']) assert.match(name, new RegExp(offered[0].files));
  for (const name of ['pyproject.toml', 'weird/a.txt']) assert.doesNotMatch(name, new RegExp(offered[0].files));
});
