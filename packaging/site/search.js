// Search without a server: index.js, which holds all sections of all pages, is loaded at the first use.
'use strict';

const query = document.getElementById('query');
const found = document.getElementById('found');
const most = 12;
let chosen = -1;

const load = () => {
  load.done ??= new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = 'index.js';
    script.onload = () => resolve(window.sections.map((section) => ({
      ...section, low: section.text.toLowerCase(), head: section.heading.toLowerCase(),
    })));
    script.onerror = reject;
    document.head.append(script);
  });
  return load.done;
};

// A section has to hold every word; its heading counts most, and a whole word more than a part of one.
const score = (section, words) => {
  let sum = 0;
  for (const word of words) {
    const at = section.head.indexOf(word);
    if (at >= 0) {
      const whole = !/[\w-]/.test(section.head[at + word.length] ?? ' ') && !/\w/.test(section.head[at - 1] ?? ' ');
      sum += (whole ? 40 : 20) + 400 / (10 + section.head.length);
    }
    else if (section.low.includes(word)) sum += 1 + 100 / (100 + section.low.indexOf(word));
    else return 0;
  }
  return sum;
};

// The text around the first word, with all words marked; no markup of the page gets through.
const excerpt = (section, words) => {
  const first = Math.max(0, Math.min(...words.map((word) => section.low.indexOf(word)).filter((at) => at >= 0)));
  const from = Number.isFinite(first) ? Math.max(0, first - 50) : 0;
  const text = (from ? '… ' : '') + section.text.slice(from, from + 150);
  const paragraph = document.createElement('p');
  let rest = text;
  while (rest) {
    const next = words.map((word) => [rest.toLowerCase().indexOf(word), word.length]).filter(([at]) => at >= 0)
      .sort(([a], [b]) => a - b)[0];
    if (!next) break;
    const mark = document.createElement('mark');
    mark.textContent = rest.slice(next[0], next[0] + next[1]);
    paragraph.append(rest.slice(0, next[0]), mark);
    rest = rest.slice(next[0] + next[1]);
  }
  paragraph.append(rest);
  return paragraph;
};

const row = (section, words) => {
  const link = document.createElement('a');
  link.href = section.url;
  const heading = document.createElement('b');
  heading.textContent = section.heading;
  const page = document.createElement('small');
  page.textContent = `  ${section.page}`;
  link.append(heading, page, excerpt(section, words));
  const item = document.createElement('li');
  item.append(link);
  return item;
};

const choose = (next) => {
  const links = [...found.querySelectorAll('a')];
  if (!links.length) return;
  chosen = (next + links.length) % links.length;
  links.forEach((link, at) => link.toggleAttribute('aria-current', at === chosen));
  links[chosen].scrollIntoView({ block: 'nearest' });
};

const show = async () => {
  const typed = query.value;
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) { found.hidden = true; return; }
  const sections = await load();
  if (query.value !== typed) return;
  const best = sections.map((section) => [score(section, words), section]).filter(([points]) => points > 0)
    .sort(([a], [b]) => b - a).slice(0, most);
  found.replaceChildren(...best.map(([, section]) => row(section, words)));
  if (!best.length) {
    const nothing = document.createElement('li');
    nothing.className = 'none';
    nothing.textContent = 'Nothing found.';
    found.append(nothing);
  }
  found.hidden = false;
  choose(0);
};

query.addEventListener('focus', load);
query.addEventListener('input', show);
query.addEventListener('keydown', (event) => {
  if (event.key === 'ArrowDown') choose(chosen + 1);
  else if (event.key === 'ArrowUp') choose(chosen - 1);
  else if (event.key === 'Enter') found.querySelectorAll('a')[chosen]?.click();
  else if (event.key === 'Escape') { query.value = ''; found.hidden = true; query.blur(); }
  else return;
  event.preventDefault();
});
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || /input|textarea/i.test(event.target.tagName)) return;
  event.preventDefault();
  query.focus();
});
document.addEventListener('click', (event) => { if (!event.target.closest('.search')) found.hidden = true; });
found.addEventListener('click', () => { found.hidden = true; });

// The list of pages is open where there is room for it, also to browsers that cannot show closed details.
const wide = window.matchMedia('(min-width: 901px)');
const contents = document.querySelector('.contents');
const unfold = () => { contents.open = wide.matches; };
wide.addEventListener('change', unfold);
unfold();
if (new URLSearchParams(location.search).has('q')) {
  query.value = new URLSearchParams(location.search).get('q');
  show();
}
