// The list of anomalies: one is open, and is the one that the timeline has lit.

function findings() {
  for (const item of document.querySelectorAll('.finding')) {
    const n = Number(item.dataset.n), heading = item.querySelector('h3');
    const button = el('button', { type: 'button', onclick: () => choose(n, { show: false }) }, ...heading.childNodes);
    heading.replaceChildren(button);
    item.classList.add('shut');
    linkNumbers(item.querySelector('.message'));
  }
}

/** linkNumbers makes each "#12" in a sentence lead to the operation. */
function linkNumbers(sentence) {
  if (!ops.n) return;
  const parts = sentence.textContent.split(/(#\d+)/);
  sentence.replaceChildren(...parts.map((part) => {
    const i = /^#\d+$/.test(part) ? Number(part.slice(1)) : -1;
    return i >= 0 && i < ops.n ? el('button', { type: 'button', onclick: () => { select(i, { look: true }); reveal(); } }, part) : part;
  }));
}

const reveal = () => $('stage')?.scrollIntoView({ block: 'center' });

/** choose opens an anomaly; `show` moves the timeline to it as well. */
function choose(n, { show = true } = {}) {
  seen.anomaly = n;
  for (const item of document.querySelectorAll('.finding')) {
    const open = Number(item.dataset.n) === n;
    item.classList.toggle('open', open);
    item.querySelector('h3 button').setAttribute('aria-expanded', open);
    if (open) story(n, item.querySelector('.story'));
  }
  if (!ops.n) return;
  keepAddress();
  plots.forEach((p) => p.redraw(false));
  redraw();
  if (show) jumpTo(racedOf(n));
  const a = facts.anomalies[n];
  if (a) $('live').textContent = `Anomaly ${n + 1} of ${facts.anomalies.length}: ${a.name}${a.object ? `, ${a.object}` : ''}`;
}

/** nextAnomaly goes round. The first press shows the one that is open. */
let shownOnce = false;
function nextAnomaly(by) {
  const n = facts.anomalies.length;
  if (!n) return;
  const to = shownOnce || by < 0 ? (seen.anomaly + by + n) % n : Math.max(0, seen.anomaly);
  shownOnce = true;
  choose(to);
  reveal();
}
