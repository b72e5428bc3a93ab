// Text for people, and elements to put it in. What comes from jobs is data: it becomes text nodes,
// never markup.

const byId = (id) => document.getElementById(id);

/** An element; `props` are attributes, but for `on`, the handler of clicks, and `style` members. */
function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === 'on') node.addEventListener('click', value);
    else if (name === 'style') Object.assign(node.style, value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const ansi = /\x1b(?:\[[0-9;:?<=>]*[ -\/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])/g;
// Control characters, and those that reorder what is around them.
const unseen = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Output as it would look on a terminal without colours. */
function visible(text) {
  const named = (c) => {
    if (c === '\r') return '';
    const code = c.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, '0')}`;
  };
  return text.replace(ansi, '').replace(unseen, named);
}

/** "412 ms", "3.21 s", "2m 05s", "1h 07m": three digits at most. */
function duration(seconds) {
  if (!(seconds > 0)) return '0 ms';
  if (seconds < 0.0995) return trim(seconds * 1000, seconds < 0.00995 ? 1 : 0) + ' ms';
  if (seconds < 0.9995) return Math.round(seconds * 1000) + ' ms';
  if (seconds < 9.995) return seconds.toFixed(2) + ' s';
  if (seconds < 59.95) return seconds.toFixed(1) + ' s';
  const whole = Math.round(seconds);
  const two = (n) => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${two(Math.floor(whole / 60) % 60)}m`;
}

/** Times in what weir says of a result, "after 700ms", as the page writes them. */
function spaced(how) {
  return how.replace(/^(timed out after )(\S+)$/, (all, before, time) =>
    before + time.replace(/^([\d.]+)(m?s)$/, '$1 $2').replace(/(\d[dhm])(\d)/g, '$1 $2'));
}

/** A time of the run, exact to the millisecond. */
function moment(seconds) {
  if (seconds < 60) return `${seconds.toFixed(3)} s`;
  const rest = (seconds % 60).toFixed(seconds < 3600 ? 3 : 0).padStart(seconds < 3600 ? 6 : 2, '0');
  const minutes = Math.floor(seconds / 60);
  if (seconds < 3600) return `${minutes}m ${rest}s`;
  return `${Math.floor(minutes / 60)}h ${String(minutes % 60).padStart(2, '0')}m ${rest}s`;
}

function trim(value, digits) {
  return String(Number(value.toFixed(digits)));
}

/** "3.4 MiB": powers of 1024. */
function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let power = 0;
  for (; count >= 1000 && power + 1 < units.length; ++power) count /= 1024;
  return `${power > 0 && count < 9.95 ? count.toFixed(1) : Math.round(count)} ${units[power]}`;
}

const count = (n) => n.toLocaleString('en-US');
const plural = (n, one, many = one + 's') => `${count(n)} ${n === 1 ? one : many}`;

/** A share for people: never 0 % of something or 100 % of not all. */
function percent(share) {
  if (share > 0 && share < 0.005) return '<1%';
  if (share < 1 && share > 0.995) return '>99%';
  return Math.round(share * 100) + '%';
}

/** A button that copies a text, and says so. */
function copyButton(text, label = 'Copy') {
  const button = el('button', { type: 'button', class: 'copy' }, label);
  button.addEventListener('click', async () => {
    button.textContent = (await copy(text)) ? 'Copied' : 'Not copied';
    setTimeout(() => { button.textContent = label; }, 1500);
  });
  return button;
}

/** Pages that are files may have no clipboard: then the old way. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = el('textarea', { class: 'quiet' });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

/** First index for which `test` holds; it must hold for all after it. */
function firstIndex(length, test) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
