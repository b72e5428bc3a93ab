// What the page computes of a run, on runs made up for it: in a browser, for that is where it runs.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Pages } from './pages.mjs';

let pages;
let page;

before(async () => {
  pages = await Pages.open(['none']);
  page = await pages.show(pages.none);
});
after(() => pages.close());

/** Waits by seq, and the critical path, of jobs given as [seq, accepted, start, end, more]. */
function analysed(limit, jobs) {
  const rows = jobs.map(([seq, accepted, start, end, more]) => ({
    seq, title: `job ${seq}`, accepted, attempts: [[more?.slot || 1, start, end]], user: 0, system: 0, rss: 1, bytes: 0, ...more,
  }));
  return page.evaluate(([most, given]) => {
    const model = makeModel({ run: { limit: most, left_out: 0, elapsed: 0 }, jobs: given });
    addWaits(model);
    addPath(model);
    const waits = Object.fromEntries(model.jobs.map((job) => [job.seq, job.waits]));
    return { waits, path: model.path.map((step) => [step.job.seq, step.how]), needsAlone: model.needsAlone };
  }, [limit, rows]);
}

const near = (value, wanted) => assert.ok(Math.abs(value - wanted) < 1e-6, `${value}, not ${wanted}`);

test('labels leave out what all commands begin with', async () => {
  const labels = (titles) => page.evaluate((given) => makeModel({
    run: { limit: 1, left_out: 0, elapsed: 0 }, jobs: given.map((title, i) => ({ seq: i + 1, title, accepted: 0 })),
  }).jobs.map((job) => job.label), titles);
  assert.deepEqual(await labels(['./test --all tests/a', './test --all tests/ab']), ['…a', '…ab']);
  assert.deepEqual(await labels(['gzip a', 'make b']), ['gzip a', 'make b']);
  assert.deepEqual(await labels(['./test tests/a']), ['./test tests/a']);
  assert.deepEqual(await page.evaluate(() => makeModel({
    run: { limit: 1, left_out: 0, elapsed: 0 },
    jobs: ['a', 'b'].map((item, i) => ({ seq: i + 1, title: `gzip ${item}`, item, accepted: 0 })),
  }).jobs.map((job) => job.label)), ['a', 'b']);
});

test('rows of the timeline are slots, or those of each machine', async () => {
  const rows = (attempts) => page.evaluate((given) => makeModel({
    run: { limit: 4, left_out: 0, elapsed: 0 },
    jobs: given.map((attempt, i) => ({ seq: i + 1, title: 'a', accepted: 0, attempts: [attempt] })),
  }).rows.map((row) => [row.node, row.slot, row.attempts.map((each) => each.job.seq)]), attempts);
  assert.deepEqual(await rows([[1, 0, 1], [3, 0, 1], [1, 1, 2]]), [['', 1, [1, 3]], ['', 2, []], ['', 3, [2]]]);
  assert.deepEqual(await rows([[1, 0, 1, '', 'beta'], [3, 0, 1, '', 'alpha'], [1, 1, 2, '', 'alpha'], [3, 3, 4, '', 'alpha']]),
    [['alpha', 1, [3]], ['alpha', 3, [2, 4]], ['beta', 1, [1]]]);
});

test('a wait while all slots are taken is a wait for a slot', async () => {
  const { waits, path } = await analysed(1, [[1, 0, 0, 2], [2, 0, 2, 3]]);
  near(waits[2].slot, 2);
  near(waits[2].pool, 0);
  assert.deepEqual(path, [[1, 'start'], [2, 'slot']]);
});

test('a wait with slots free is a wait for the pool', async () => {
  const { waits, path } = await analysed(2, [[1, 0, 0, 2, { pools: ['db'] }], [2, 0, 2, 3, { pools: ['db'] }]]);
  near(waits[2].pool, 2);
  near(waits[2].slot, 0);
  assert.deepEqual(path, [[1, 'start'], [2, 'pool']]);
});

test('a wait with slots taken for a part of it is told in two parts', async () => {
  const { waits } = await analysed(2, [[1, 0, 0, 3, { pools: ['db'] }], [2, 0, 0, 1, { slot: 2 }],
    [3, 0, 3, 4, { pools: ['db'] }]]);
  near(waits[3].slot, 1);
  near(waits[3].pool, 2);
});

test('a heavy job waits for as many slots as it takes', async () => {
  const { waits } = await analysed(2, [[1, 0, 0, 2], [2, 0, 2, 3, { weight: 2 }]]);
  near(waits[2].slot, 2);
});

test('needs are waited for first, and the one that ended last is on the path', async () => {
  const { waits, path, needsAlone } = await analysed(4, [[1, 0, 0, 1], [2, 0, 0, 3, { slot: 2 }],
    [3, 0, 3, 4, { slot: 2, ready: 3, needs: [1, 2], last: 2 }]]);
  near(waits[3].needs, 3);
  near(waits[3].queued, 0);
  near(needsAlone, 4);
  assert.deepEqual(path, [[2, 'start'], [3, 'needs']]);
});

test('a job that was ready long before its slot was free follows who had the slot', async () => {
  const { path, needsAlone } = await analysed(1, [[1, 0, 0, 1], [2, 0, 1, 5], [3, 0, 5, 6, { ready: 1, needs: [1] }]]);
  assert.deepEqual(path, [[1, 'start'], [2, 'slot'], [3, 'slot']]);
  near(needsAlone, 4);
});

test('without a limit nobody waits for a slot', async () => {
  const { waits } = await analysed(null, [[1, 0, 0, 2], [2, 0, 1, 3, { slot: 2 }]]);
  near(waits[2].slot, 0);
  near(waits[2].other, 1);
});

test('times in results look like the other times of the page', async () => {
  const shown = await page.evaluate(() => ['timed out after 700ms', 'timed out after 1.5s', 'timed out after 1m30s',
    'exit 3', 'timed out after 2d3h'].map(spaced));
  assert.deepEqual(shown, ['timed out after 700 ms', 'timed out after 1.5 s', 'timed out after 1m 30s', 'exit 3',
    'timed out after 2d 3h']);
});

test('memory that weir itself had is told as less than that', async () => {
  const shown = await page.evaluate(() => [[5.2e6, 5.2e6], [5.2e6, 9e6], [0, 5e6]].map(([floor, size]) =>
    memory({ floor }, size)));
  assert.deepEqual(shown, ['under 5.0 MiB', '8.6 MiB', '4.8 MiB']);
});

test('times and sizes are short, and never too exact', async () => {
  const shown = await page.evaluate(() => [0, 0.00042, 0.0123, 0.4567, 3.14159, 59.99, 125, 4020].map(duration)
    .concat([0, 999, 1024, 104857600].map(bytes)));
  assert.deepEqual(shown, ['0 ms', '0.4 ms', '12 ms', '457 ms', '3.14 s', '1m 00s', '2m 05s', '1h 07m',
    '0 B', '999 B', '1.0 KiB', '100 MiB']);
});

test('moments are exact to the millisecond', async () => {
  const shown = await page.evaluate(() => [0, 2.21249, 59.9, 61.5, 3725].map(moment));
  assert.deepEqual(shown, ['0.000 s', '2.212 s', '59.900 s', '1m 01.500s', '1h 02m 05s']);
});

test('escape sequences are not shown, other controls and reordering are shown as what they are', async () => {
  const shown = await page.evaluate(() => visible('\x1b[1;31mred\x1b[0m \x1b]0;title\x07bell\x07 \u202etxt\r\n'));
  assert.equal(shown, 'red bell\\x07 \\u202etxt\n');
});
