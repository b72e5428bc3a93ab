// Pages of real runs, and a browser to open them in. Whatever a page asks for, says on the console
// or throws is kept: there must be nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { chromium } from 'playwright-core';

const weir = process.env.WEIR_COMMAND;
if (!weir) throw new Error('WEIR_COMMAND is not set: run ./bootstrap browser');

export const evil = '</script><img src=x onerror=alert(1)>';

const manifest = `version = 1
[run]
limit = 3
[pool.db]
capacity = 1
[[job]]
name = "generate"
run = "sleep 0.1"
[[job]]
name = "compile {unit}"
needs = ["generate"]
matrix = { unit = ["a", "b", "c", "d"] }
run = "sleep 0.05; echo {unit}"
[[job]]
name = "link"
needs = ["compile {unit}"]   # no matrix here: all of them
run = "sleep 0.1"
[[job]]
name = "db test 1"
pool = { db = 1 }
needs = ["link"]
run = "sleep 0.1"
[[job]]
name = "db test 2"
pool = { db = 1 }
needs = ["link"]
run = "sleep 0.1; printf 'expected 1200\\\\ngot \\\\033[31m1199\\\\033[0m\\\\n' >&2; exit 3"
[[job]]
name = "publish"
needs = ["db test 2"]
run = "true"
[[job]]
name = "flaky"
retry = { times = 1, backoff = "10ms" }
run = "test $WEIR_ATTEMPT = 2"
[[job]]
name = "${evil}"
argv = ["sh", "-c", "echo '${evil}'; exit 1"]
allow-failure = true
`;

/** Arguments and standard input. */
const runs = {
  build: [['--results', 'out', '--file', 'jobs.toml']],
  many: [['-j8', 'test $(( {} % 500 )) != 7'],
    Array.from({ length: 10000 }, (_, i) => `${i + 1}\n`).join('')],
  none: [['true']],
  missing: [[':::', 'weir-no-such-program']],
};

/** Runs weir in a directory of its own; it may fail, but must write the page. */
function report(directory, name, args, input = '') {
  const page = join(directory, name);
  const run = spawnSync(weir, ['--report', page, ...args], { cwd: directory, input });
  if (!existsSync(page)) throw new Error(`no ${name}: ${run.stderr}`);
  return page;
}

export class Pages {
  /** With the reports of these runs. */
  static async open(names) {
    const pages = new Pages();
    pages.directory = mkdtempSync(join(tmpdir(), 'weir-page-'));
    writeFileSync(join(pages.directory, 'jobs.toml'), manifest);
    for (const name of names)
      pages[name] = report(pages.directory, `${name}.html`, ...runs[name]);
    pages.browser = await chromium.launch({ executablePath: browserPath() });
    return pages;
  }

  async close() {
    await this.browser.close();
    rmSync(this.directory, { recursive: true });
  }

  /** A page that has drawn itself; `page.faults` are to stay empty. */
  async show(file, { width = 1400, height = 900, scheme = 'light', hash = '' } = {}) {
    const context = await this.browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    const page = await context.newPage();
    const address = `file://${file}${hash}`;
    page.faults = [];
    page.on('console', (message) => page.faults.push(`console: ${message.text()}`));
    page.on('pageerror', (error) => page.faults.push(`error: ${error.message}`));
    page.on('dialog', (dialog) => { page.faults.push('a dialog'); dialog.dismiss(); });
    page.on('request', (request) => {
      if (request.url() !== address.replace(/#.*/, '')) page.faults.push(`request: ${request.url()}`);
    });
    await page.goto(address);
    await page.waitForSelector('html[data-ready]');
    return page;
  }
}

function browserPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  return execFileSync('sh', ['-c', 'command -v chromium']).toString().trim();
}

/** How many different bytes the picture of a PNG has: one colour gives a handful. */
export function variety(png) {
  const parts = [];
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at);
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return new Set(inflateSync(Buffer.concat(parts))).size;
}

/** Colours that a canvas shows. */
export function coloursOf(page, id) {
  return page.evaluate((canvas) => {
    const source = document.getElementById(canvas);
    const copy = new OffscreenCanvas(source.width, source.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(source, 0, 0);
    const { data } = copy.getImageData(0, 0, source.width, source.height);
    return new Set(new Uint32Array(data.buffer)).size;
  }, id);
}
