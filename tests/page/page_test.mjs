// The page of --report in a browser: what people do with it, by mouse and by keyboard.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, test } from 'node:test';
import { coloursOf, evil, Pages, variety } from './pages.mjs';

let pages;
let page;

before(async () => { pages = await Pages.open(['build', 'many', 'none', 'missing']); });
after(() => pages.close());
afterEach(async () => {
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

const text = (selector) => page.locator(selector).first().innerText();
const firstRow = () => page.locator('#table tbody tr[data-seq]').first().getAttribute('data-seq');
const span = () => page.evaluate(() => app.timeline.time.span);
const from = () => page.evaluate(() => app.timeline.time.from);

async function press(key, times = 1) {
  for (; times > 0; --times) await page.keyboard.press(key);
}

test('the head says how the run went', async () => {
  page = await pages.show(pages.build);
  assert.equal(await text('h1'), '1 of 11 jobs failed');
  assert.match(await page.title(), /^1 of 11 jobs failed/);
  assert.match(await text('#command'), /--file jobs\.toml/);
  assert.match(await text('#verdicts'), /1 failed\s+1 failed \(allowed\)\s+1 skipped\s+1 succeeded on a retry\s+7 succeeded/);
});

test('failures come first, with their last lines and their command line', async () => {
  page = await pages.show(pages.build);
  assert.equal(await page.locator('.failure').count(), 2);
  assert.match(await text('.failure h3'), /db test 2/);
  assert.equal(await text('.failure .tail'), 'expected 1200\ngot 1199');
  assert.match(await text('.failure .command code'), /--only='db test 2'$/);
  assert.match(await text('.failure .runs'), /^sleep 0\.1; printf /);
  await page.locator('.failure .copy').first().click();
  await page.waitForFunction(() => document.querySelector('.failure .copy').textContent === 'Copied');
});

test('names and output are text, whatever they look like', async () => {
  page = await pages.show(pages.build);
  assert.equal(await page.locator('img').count(), 0);
  const titles = await page.locator('.failure .title').allInnerTexts();
  assert.ok(titles.includes(evil));
  assert.ok((await page.locator('.failure .tail').allInnerTexts()).includes(evil));
});

test('every column sorts, both ways, and says so', async () => {
  page = await pages.show(pages.build);
  const heads = page.locator('#table th');
  for (let i = 0; i < await heads.count(); ++i) {
    const head = heads.nth(i);
    await head.locator('button').focus();
    await press('Enter');
    const once = await head.getAttribute('aria-sort');
    await press('Enter');
    const twice = await head.getAttribute('aria-sort');
    assert.deepEqual(new Set([once, twice]), new Set(['ascending', 'descending']));
    assert.equal(await page.locator('#table th:not([aria-sort="none"])').count(), 1);
  }
});

test('sorting by run time puts the slowest first, and what never ran last', async () => {
  page = await pages.show(pages.build);
  await page.locator('th[data-column="ran"] button').click();
  const order = await page.evaluate(() => app.table.jobs.map((job) => job.ran));
  const known = order.filter((ran) => ran !== undefined);
  assert.deepEqual(known, [...known].sort((a, b) => b - a));
  assert.equal(order.at(-1), undefined);
});

test('words and results filter the table', async () => {
  page = await pages.show(pages.build);
  await page.fill('#filter', 'test DB');  // and who was skipped because of one
  assert.equal(await text('#shown'), '3 of 11 jobs');
  await page.locator('.chip[data-kind="failed"]').click();
  assert.equal(await text('#shown'), '2 of 11 jobs');
  await page.fill('#filter', 'nothing like this');
  assert.match(await text('#table tbody'), /No job matches/);
});

test('the timeline zooms and pans by keyboard, and shows its focus', async () => {
  page = await pages.show(pages.build);
  await page.focus('#zoom-all');
  await press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'lanes');
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle), 'none');
  const all = await span();
  await press('+', 3);
  assert.ok(await span() < all / 3);
  const before = await from();
  await press('ArrowRight');
  assert.ok(await from() > before);
  await press('ArrowLeft', 40);
  assert.equal(await from(), 0);
  await press('-');
  assert.ok(await span() < all);
  await press('0');
  assert.equal(await span(), all);
});

test('the keyboard goes from job to job, and into the details', async () => {
  page = await pages.show(pages.build);
  await page.focus('#lanes');
  await press('Shift+ArrowRight');
  const first = await text('#details h3');
  await press('Shift+ArrowRight');
  assert.notEqual(await text('#details h3'), first);
  assert.match(await page.locator('#announce').textContent(), /^Job \d+/);
  await press('ArrowDown');
  await press('Enter');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'details');
});

test('the mouse zooms with Ctrl, drags, and chooses a job', async () => {
  page = await pages.show(pages.build);
  const lanes = page.locator('#lanes');
  await lanes.scrollIntoViewIfNeeded();
  const box = await lanes.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 60);
  const all = await span();
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -600);
  await page.keyboard.up('Control');
  await page.waitForFunction((whole) => app.timeline.time.span < whole / 2, all);
  const before = await from();
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 80, box.y + 60, { steps: 4 });
  await page.mouse.up();
  assert.ok(await from() > before);
  const [x, y] = await page.evaluate(() => {
    const attempt = app.timeline.model.slots[0].find((each) => each.end - each.start > 0.05);
    app.timeline.time.all();
    app.timeline.drawNow();
    return [app.timeline.x((attempt.start + attempt.end) / 2), app.timeline.y(attempt.row) + 10];
  });
  await lanes.click({ position: { x, y } });
  assert.ok(await page.locator('#details .time-bar').count() === 1);
});

test('a job says what it waited for, and its address opens it', async () => {
  page = await pages.show(pages.build, { hash: '#job=6' });
  assert.match(await text('#details h3'), /link/);
  assert.match(await text('#details .times'), /waited for needs, last for\s+compile/);
  assert.match(await text('#details .facts-list'), /Needs\s+compile a/);
  await page.locator('#details .links .link').first().click();
  assert.match(await text('#details h3'), /compile a/);
  assert.match(page.url(), /#job=2$/);
});

test('the critical path goes from the first job to the last', async () => {
  page = await pages.show(pages.build);
  const names = await page.locator('#path .rank-name').allInnerTexts();
  assert.ok(names.indexOf('generate') < names.indexOf('link'));
  assert.ok(names.indexOf('link') >= 0);
  await page.click('#show-path');
  assert.equal(await page.getAttribute('#show-path', 'aria-pressed'), 'true');
});

test('colours follow the system, and a button that is remembered', async () => {
  page = await pages.show(pages.build, { scheme: 'dark' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.click('#theme');
  assert.notEqual(await ground(), dark);
  await page.reload();
  await page.waitForSelector('html[data-ready]');
  assert.equal(await page.getAttribute('html', 'data-theme'), 'light');
});

for (const [width, scheme] of [[375, 'light'], [1400, 'light'], [375, 'dark'], [1400, 'dark']])
  test(`the page fits and is drawn at ${width} pixels, ${scheme}`, async () => {
    page = await pages.show(pages.build, { width, scheme });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    for (const id of ['headline', 'tiles', 'failure-list', 'lanes', 'details', 'path', 'filter', 'table']) {
      const box = await page.locator(`#${id}`).boundingBox();
      assert.ok(box && box.width > 40 && box.height > 20 && box.x >= 0, id);
    }
    assert.ok(await coloursOf(page, 'lanes-canvas') > 20);
    assert.ok(await coloursOf(page, 'overview') >= 3);
    assert.ok(variety(await page.screenshot({ fullPage: true })) > 100);
  });

test('ten thousand jobs are drawn, sorted and scrolled', async () => {
  page = await pages.show(pages.many);
  assert.equal(await text('h1'), '20 of 10,000 jobs failed');
  assert.equal(await text('#shown'), '10,000 jobs');
  assert.ok(await page.locator('#table tbody tr').count() < 100);
  assert.ok(await coloursOf(page, 'lanes-canvas') > 20);
  await page.evaluate(() => { app.table.box.scrollTop = 1e9; });
  await page.waitForSelector('tr[data-seq="10000"]');
  await page.locator('th[data-column="seq"] button').click();
  assert.equal(await firstRow(), '10000');
  await page.locator('th[data-column="result"] button').click();
  assert.equal(await firstRow(), '7');
  await page.fill('#filter', '#9507');
  assert.equal(await text('#shown'), '1 of 10,000 jobs');
  await page.focus('#lanes');
  await press('+', 12);
  assert.ok(await coloursOf(page, 'lanes-canvas') > 20);
});

test('the keyboard goes through rows of the table that were not there before', async () => {
  page = await pages.show(pages.many);
  await page.locator('tr[data-seq="1"] button').focus();
  await press('ArrowDown', 60);
  assert.equal(await page.evaluate(() => document.activeElement.closest('tr').dataset.seq), '61');
  await press('Enter');
  assert.match(await text('#details h3'), /#61$/);
});

test('failures lead to what their jobs have written, whatever they are called', async () => {
  page = await pages.show(pages.build);
  const written = async (file, at) => {
    const link = page.locator('#failures a', { hasText: file }).nth(at);
    return readFileSync(new URL(await link.evaluate((a) => a.href)), 'utf8');
  };
  assert.match(await written('stderr', 0), /expected 1200/);
  assert.equal(await written('stdout', 1), `${evil}\n`);
});

test('on paper there are rows and no buttons', async () => {
  page = await pages.show(pages.build, { scheme: 'dark' });
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  assert.equal(await page.locator('#table tbody tr[data-seq]').count(), 11);
  assert.equal(await page.locator('#theme').isVisible(), false);
  assert.equal(await page.getAttribute('html', 'data-theme'), 'light');
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  assert.equal(await page.getAttribute('html', 'data-theme'), 'dark');
});

test('a program that is not there did not run for any time', async () => {
  page = await pages.show(pages.missing);
  assert.equal(await text('.failure .facts'), 'weir-no-such-program: command not found' + 'Copy command');
  assert.equal(await page.evaluate(() => app.model.jobs[0].ran), undefined);
  assert.equal(await page.locator('#show-path').isVisible(), false);  // no job needs another
});

test('sections can be reached from a narrow page', async () => {
  page = await pages.show(pages.build, { width: 400 });
  await page.click('nav a[href="#jobs"]');
  assert.ok((await page.locator('#jobs-title').boundingBox()).y > (await page.locator('.top').boundingBox()).height);
});

test('a run without a job has a page, too', async () => {
  page = await pages.show(pages.none);
  assert.equal(await text('h1'), 'Nothing to run');
  for (const empty of ['#timeline', '#insights', 'nav a[href="#timeline"]', 'nav a[href="#insights"]'])
    assert.equal(await page.locator(empty).isVisible(), false, empty);
});
